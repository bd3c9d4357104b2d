"""A small invented city for the generator: twelve counties with the codes of the demo's profiles."""

from deploy.demo.province import SHARES
from processors.rules.register import Division, Register
from schemas.terms import Level


def small_city() -> Register:
    """Twelve counties of two townships with four villages or communities each."""
    divisions = [
        Division("41", "河南省", Level.PROVINCE, ""),
        Division("4113", "南阳市", Level.CITY, "41"),
    ]
    for number, county in enumerate(SHARES):
        divisions.append(Division(county, f"甲{number}县", Level.COUNTY, "4113"))
        for township, name in (("001", "东关街道"), ("100", "西岭镇")):
            code = county + township
            divisions.append(Division(code, name, Level.TOWNSHIP, county))
            ending = "社区" if township == "001" else "村"
            names = ("柳树", "石桥", "王营", "李庄")
            divisions += [
                Division(f"{code}{at:03d}", f"{village}{ending}", Level.VILLAGE, code)
                for at, village in enumerate(names, start=1)
            ]
    return Register("test", tuple(divisions), (), {})
