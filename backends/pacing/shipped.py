"""What providers document of their limits: rows with their source. What is not known stays so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from backends.pacing.state import Kind, Profile


@dataclass(frozen=True, slots=True)
class Shipped:
    """A provider's row: the profile to begin with, what its codes are about, where it says so.

    `per_key`: all models under a key share the limit. Codes that are not named are about whatever
    the pacer makes of them.
    """

    profile: Profile = field(default_factory=Profile)
    codes: Mapping[str, Kind] = field(default_factory=dict)
    per_key: bool = False
    source: str = ""


_OWN_MACHINE: Final = Shipped(
    Profile("none"), source="a server of one's own; it documents no limit"
)

ROWS: Final[Mapping[str, Shipped]] = {
    # RPM and TPM per model; what remains refills at once within 0-60 s. The tokens in the headers
    # are those before the answer, so an answer is counted when it has ended.
    "qianfan-v1": Shipped(
        Profile("unknown", learned=True),
        {"18": "second", "4": "limit", "336501": "requests", "336502": "tokens"},
        source="https://cloud.baidu.com/doc/WENXINWORKSHOP/s/Llroa77io",
    ),
    "qianfan": Shipped(
        Profile("unknown"),
        {
            "rpm_rate_limit_exceeded": "requests",
            "tpm_rate_limit_exceeded": "tokens",
            "input_tpm_rate_limit_exceeded": "tokens",
            "output_tpm_rate_limit_exceeded": "tokens",
        },
        source="https://cloud.baidu.com/doc/qianfan-api/s/3m9b5lqft",
    ),
    # No headers; the number a second and at once depends on the contract.
    "spark": Shipped(
        Profile("unknown"),
        {"11202": "second", "11203": "at once", "10006": "at once", "10007": "at once"},
        per_key=True,
        source="https://www.xfyun.cn/doc/spark/Web.html",
    ),
    "spark-http": Shipped(
        Profile("unknown"),
        {"11202": "second", "11203": "at once", "10007": "at once"},
        per_key=True,
        source="https://www.xfyun.cn/doc/spark/HTTP%E8%B0%83%E7%94%A8%E6%96%87%E6%A1%A3.html",
    ),
    "spark-image": Shipped(
        Profile("unknown"),
        {"11202": "second", "11203": "at once"},
        per_key=True,
        source="https://www.xfyun.cn/doc/spark/ImageUnderstanding.html",
    ),
    # 50 at once and 500 a day by default; 11203 means an expired licence here.
    "iat": Shipped(
        Profile("unknown", at_once=50),
        {"11202": "second"},
        per_key=True,
        source="https://www.xfyun.cn/doc/asr/voicedictation/API.html",
    ),
    "ocr": Shipped(Profile("unknown"), {"11202": "second"}, per_key=True),
    # One request at a time for the whole server: the others wait in its queue, unrefused.
    "chatglm": _OWN_MACHINE,
    "chatglm3": _OWN_MACHINE,
    "ollama": _OWN_MACHINE,
    "vllm": _OWN_MACHINE,
    "lmstudio": _OWN_MACHINE,
    "llamacpp": _OWN_MACHINE,
    # 500 or 2,500 at once of a model, which is more than one desk asks; what is within that is
    # answered, whatever its rate. So a 429 is hardly about our calls at once, after which nobody
    # pauses: what it is about is left to the pacer.
    "deepseek": Shipped(
        Profile("none"),
        source="https://api-docs.deepseek.com/quick_start/rate_limit",
    ),
    "dashscope": Shipped(
        Profile("unknown"),
        {
            **dict.fromkeys(
                ("LimitRequests", "limit_requests", "Throttling.RateQuota"), "requests"
            ),
            **dict.fromkeys(("Throttling.BurstRate", "limit_burst_rate"), "second"),
            **dict.fromkeys(("Throttling.AllocationQuota", "insufficient_quota"), "tokens"),
        },
        source="https://help.aliyun.com/zh/model-studio/error-code",
    ),
    # So many at once, requests and tokens a minute; one code for all of them.
    "moonshot": Shipped(source="https://platform.kimi.com/docs/pricing/limits"),
    "zhipu": Shipped(
        Profile("unknown"),
        {"1302": "at once", "1303": "second", "1305": "second"},
        source="https://docs.bigmodel.cn/cn/api/api-code",
    ),
    "ark": Shipped(
        Profile("unknown"),
        {
            **dict.fromkeys(
                (
                    "RateLimitExceeded.EndpointRPMExceeded",
                    "ModelAccountRpmRateLimitExceeded",
                    "APIAccountRpmRateLimitExceeded",
                    "AccountRateLimitExceeded",
                ),
                "requests",
            ),
            **dict.fromkeys(
                ("RateLimitExceeded.EndpointTPMExceeded", "ModelAccountTpmRateLimitExceeded"),
                "tokens",
            ),
            "RequestBurstTooFast": "second",
            "InflightBatchsizeExceeded": "at once",
        },
        source="https://www.volcengine.com/docs/82379/1299023",
    ),
    # RPM and TPM of each model, from 1,000 and 50,000 on; the account's level decides.
    "siliconflow": Shipped(
        source="https://docs.siliconflow.cn/docs/userguide/faqs/rate-limit-and-upgradation"
    ),
    "openrouter": Shipped(source="https://openrouter.ai/docs/api_reference/limits"),
    # Six headers on every answer; a minute's limit may be enforced in shorter pieces.
    "openai": Shipped(source="https://platform.openai.com/docs/guides/rate-limits"),
    "huggingface": Shipped(),
    "custom": Shipped(),
}
_NOTHING_KNOWN: Final = Shipped()


def shipped(provider: str) -> Shipped:
    """A provider's row; without one, nothing is known."""
    return ROWS.get(provider, _NOTHING_KNOWN)


def kind_of(provider: str, code: str | None) -> Kind:
    """What a refusal with this code is about."""
    return shipped(provider).codes.get(code or "", "limit")
