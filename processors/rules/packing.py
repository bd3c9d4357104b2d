"""Text that is shipped compressed: the same text always gives the same bytes."""

import lzma

_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 4 << 20}]
"""As small as it gets: tables of three megabytes gain nothing by a larger window, and small ones pay for it."""


def packed(text: str) -> bytes:
    """The text as UTF-8 in the xz format."""
    return lzma.compress(text.encode("utf-8"), filters=_FILTERS)


def unpacked(content: bytes) -> str:
    """The text that `packed` was given; raises `lzma.LZMAError` for anything else."""
    return lzma.decompress(content).decode("utf-8")
