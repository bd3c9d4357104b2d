"""An invented province, small enough to read: two cities, five counties, some history."""

from datetime import date

from processors.rules.register import BEGINNING, END, Division, Register, Unit
from schemas.terms import Level

PROVINCE, CITY, OTHER_CITY = "81", "8101", "8102"
HEYANG, LINQUAN, PINGSHAN, QINGCHUAN = "810101", "810102", "810181", "810201"
SHIQIAO, LIULIN, CHENGDONG, HUANGLING, DAHE = "810101100", "810101101", "810102001", "810181100", "810201100"
SHANGWAN, XIAWAN = "810101100201", "810101101201"
GONE_COUNTY, GONE_TOWNSHIP, SPLIT_TOWNSHIP, SPLIT_COUNTY, HEIRLESS = (
    "810103",
    "810101102",
    "810101103",
    "810104",
    "810101104",
)

_DIVISIONS = [
    Division(PROVINCE, "甲江省", Level.PROVINCE, "", aliases=("甲江",)),
    Division(CITY, "江州市", Level.CITY, PROVINCE, aliases=("江州",)),
    Division(OTHER_CITY, "南岭市", Level.CITY, PROVINCE, aliases=("南岭",)),
    Division(HEYANG, "河阳县", Level.COUNTY, CITY, aliases=("河阳",)),
    Division(LINQUAN, "临泉区", Level.COUNTY, CITY, aliases=("临泉",)),
    Division(PINGSHAN, "平山市", Level.COUNTY, CITY, aliases=("平山",)),
    Division(QINGCHUAN, "青川县", Level.COUNTY, OTHER_CITY, aliases=("青川",)),
    Division(GONE_COUNTY, "旧城县", Level.COUNTY, CITY, valid_to=date(2020, 1, 1), successors=(HEYANG,)),
    Division(SPLIT_COUNTY, "两河县", Level.COUNTY, CITY, valid_to=date(2018, 1, 1), successors=(HEYANG, LINQUAN)),
    Division(SHIQIAO, "石桥镇", Level.TOWNSHIP, HEYANG, aliases=("石桥",)),
    Division(LIULIN, "柳林乡", Level.TOWNSHIP, HEYANG, aliases=("柳林",)),
    Division(GONE_TOWNSHIP, "北沟乡", Level.TOWNSHIP, HEYANG, valid_to=date(2019, 1, 1), successors=(SHIQIAO,)),
    Division(
        SPLIT_TOWNSHIP,
        "双泉镇",
        Level.TOWNSHIP,
        HEYANG,
        valid_to=date(2021, 1, 1),
        successors=(SHIQIAO, LIULIN),
    ),
    Division(HEIRLESS, "荒沟乡", Level.TOWNSHIP, HEYANG, valid_to=date(2015, 1, 1)),
    Division(CHENGDONG, "城东街道", Level.TOWNSHIP, LINQUAN, aliases=("城东",)),
    Division(HUANGLING, "黄岭镇", Level.TOWNSHIP, PINGSHAN, aliases=("黄岭",), valid_to=date(2023, 7, 1)),
    Division(HUANGLING, "黄岭镇", Level.TOWNSHIP, LINQUAN, aliases=("黄岭",), valid_from=date(2023, 7, 1)),
    Division(DAHE, "大河镇", Level.TOWNSHIP, QINGCHUAN, aliases=("大河",)),
    Division(SHANGWAN, "上湾村", Level.VILLAGE, SHIQIAO),
    Division(XIAWAN, "下湾村", Level.VILLAGE, LIULIN),
]

_DEPARTMENTS = {
    "government": "人民政府",
    "petition": "信访局",
    "discipline": "纪律检查委员会",
    "court": "人民法院",
    "procuratorate": "人民检察院",
    "public_security": "公安局",
    "natural_resources": "自然资源局",
    "transport": "交通运输局",
    "education": "教育局",
    "housing": "住房和城乡建设局",
    "human_resources": "人力资源和社会保障局",
    "environment": "生态环境局",
    "water": "水利局",
    "urban_management": "城市管理局",
}
_LED_FROM_ABOVE = {"government", "discipline", "court", "procuratorate"}
_MISSING = {f"{QINGCHUAN}-water", f"{PINGSHAN}-housing", f"{PROVINCE}-urban_management"}
_BY_COUNTY = {Level.COUNTY, Level.CITY, Level.PROVINCE}


def _in_charge(department: str, *, township: bool = False) -> dict[Level, str]:
    powers = dict.fromkeys(_BY_COUNTY, department)
    return {**powers, Level.TOWNSHIP: "government"} if township else powers


COMPETENCES = {
    "": _in_charge("petition", township=True),
    "other": _in_charge("petition", township=True),
    "land": _in_charge("natural_resources", township=True),
    "construction": _in_charge("housing", township=True),
    "housing": _in_charge("housing"),
    "labour": _in_charge("human_resources"),
    "traffic": _in_charge("transport"),
    "education": _in_charge("education"),
    "environment": _in_charge("environment"),
    "water": _in_charge("water"),
    "public_security": _in_charge("public_security"),
    "urban_management": _in_charge("urban_management"),
    "discipline": _in_charge("discipline"),
    "litigation": _in_charge("court"),
}


def _units(division: Division) -> list[Unit]:
    if division.level is Level.VILLAGE:
        return []
    departments = ["government"] if division.level is Level.TOWNSHIP else list(_DEPARTMENTS)
    codes = [d for d in departments if f"{division.code}-{d}" not in _MISSING]
    return [
        Unit(
            code=f"{division.code}-{department}",
            name=division.name + _DEPARTMENTS[department],
            short_name=_DEPARTMENTS[department],
            level=division.level,
            division=division.code,
            department=department,
            superior=_superior(division, department),
            valid_from=division.valid_from,
            valid_to=division.valid_to,
        )
        for department in codes
    ]


def _superior(division: Division, department: str) -> str:
    if department in _LED_FROM_ABOVE:
        return f"{division.parent}-{department}" if division.parent else ""
    return f"{division.code}-government"


def unit(code: str, name: str, *, valid_to: date = END, successors: tuple[str, ...] = ()) -> Unit:
    """One more unit, beside those that every division has."""
    division, department = code.split("-")
    return Unit(
        code,
        name,
        name,
        Level.COUNTY,
        division,
        department,
        f"{division}-government",
        BEGINNING,
        valid_to,
        successors,
    )


def small_register() -> Register:
    """The province with its units; 平山市's housing office was merged into its natural resources office in 2022."""
    merged = unit(
        f"{PINGSHAN}-housing",
        "平山市住房和城乡建设局",
        valid_to=date(2022, 1, 1),
        successors=(f"{PINGSHAN}-natural_resources",),
    )
    units = [u for division in _DIVISIONS for u in _units(division)]
    return Register(
        version="small-1",
        divisions=tuple(_DIVISIONS),
        units=(*units, merged),
        competences=COMPETENCES,
        statutory_channels={"litigation": "court", "discipline": "discipline"},
    )
