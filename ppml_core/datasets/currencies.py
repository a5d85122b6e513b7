"""How amounts of money are marked."""

from __future__ import annotations

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES
VND VUV WST XAF XCD XOF XPF YER ZAR ZMW DEM ATS FRF ITL BTC
"""
"""ISO 4217, and a few that old tables have."""

_LOCAL = (
    *(r"US\$", r"CA\$", r"C\$", r"AU\$", r"A\$", r"NZ\$", r"HK\$", r"NT\$", r"S\$", r"R\$"),
    *(r"MX\$", r"Rs\.?", r"Rp\.?", r"Fr\.", r"SFr\.?", "kr\\.?", "zł", "Kč", "Ft", "лв\\.?"),
    *("руб\\.?", "грн\\.?", "TL", "RM", "元", "円", "원", "د\\.إ"),
)

PATTERN = "|".join((*_LOCAL, r"\p{Sc}", *_CODES.split()))
"""A sign or code of a currency, as a regular expression (RE2)."""
