"""The providers there are. A further OpenAI-compatible service is a row in `openai_rows`."""

from backends.provider import Provider
from backends.providers.chatglm import CHATGLM
from backends.providers.chatglm3 import CHATGLM3
from backends.providers.handbook import HANDBOOK
from backends.providers.iat import IAT
from backends.providers.ocr import OCR_READER
from backends.providers.openai_rows import OPENAI_STYLE
from backends.providers.qianfan import QIANFAN
from backends.providers.qianfan_v1 import QIANFAN_V1
from backends.providers.spark import SPARK
from backends.providers.spark_http import SPARK_HTTP
from backends.providers.spark_image import SPARK_IMAGE

PROVIDERS: tuple[Provider, ...] = (
    QIANFAN,
    QIANFAN_V1,
    SPARK,
    SPARK_HTTP,
    SPARK_IMAGE,
    CHATGLM,
    CHATGLM3,
    *OPENAI_STYLE,
    HANDBOOK,
    IAT,
    OCR_READER,
)
