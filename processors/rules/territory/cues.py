"""Words around a place that tell what it is to the matter: where it is, where the petitioner lives, whom it names."""

import re

WINDOW = 10
"""Characters before a place that may hold a cue."""

_RESIDENCE = re.compile(
    r"(?:家住|户籍|户口|现住|住址|住在|居住|籍贯|我是|我系|我们是|我们系|本人是|本人系|来自|原籍|祖籍|老家|出生|身份证"
    r"|姓名[^，。；]{0,4}|我叫[^，。；]{1,4}|我们?，|系)[^。；！？\n]{0,4}$"
)
_MATTER = re.compile(
    r"(?:位于|坐落于?|地处|地点|地址|现场|反映|反应|投诉|举报|关于|发生在|发生地|事发|处于|在|到|对)[^，。；！？\n]{0,3}$"
)
_WEAK_MATTER = re.compile(r"(?:在|到|对)[^，。；！？\n]{0,3}$")
_JOURNEY = re.compile(r"(?:去|到|赴|前往|进|来|往|至|在)[^，。；！？\n]{0,2}$")
_PEOPLE_AFTER = re.compile(r"(?:籍|人(?:氏|士)?(?=[，。,.；、\s]|$)|村民|居民|农民|户口|户籍)")
_JOURNEY_AFTER = re.compile(r".{0,4}?(?:上访|打工|务工|看病|就医|工作|读书|上学|出差)")
_OFFICE_AFTER = re.compile(
    r"(?:人民)?(?:政府|信访局|法院|检察院|公安局|纪委|监委|县委|市委|省委|委|局|厅|领导|书记|市长|县长|区长|12345|热线)"
)
_NOT_A_PLACE_AFTER = re.compile(
    r"(?:大道|大街|[中东西南北一二三]路|路|街(?!道)|巷|胡同|桥|站|高速|铁路|机场|大学|学院|中学|小学|幼儿园"
    r"|医院|银行|公司|集团|酒店|宾馆|饭店|小区|花园|家园|国际|广场|大厦|书店|日报|晚报|口味|菜)"
)


def weight_of(text: str, start: int, end: int) -> tuple[float, bool]:
    """How much the words around a place speak for it, and whether it is where the petitioner comes from."""
    if start == 0 and end == len(text):
        return 0.0, False
    before = text[max(0, start - WINDOW) : start]
    if _PEOPLE_AFTER.match(text, end) or (before and _RESIDENCE.search(before)):
        return -2.0, True
    if before and _JOURNEY.search(before) and _JOURNEY_AFTER.match(text, end):
        return -1.5, False
    weight = 0.0
    if before and _MATTER.search(before):
        weight = 1.0 if _WEAK_MATTER.search(before) else 2.0
    if _OFFICE_AFTER.match(text, end):
        weight -= 1.0
    return weight, False


def is_part_of_other_name(text: str, end: int) -> bool:
    """Whether a short name only begins the name of a road, school or firm (南阳路 is not 南阳)."""
    return _NOT_A_PLACE_AFTER.match(text, end) is not None
