"""How each kind of authorisation looks in code that one copies. Texts only; `code` fills them.

They stand on their own and import nothing of ours: that is the point of copying them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Python pieces in the order of the finished code; `url`, `headers` and `body` stand between.

    `shell_before`, `shell_query` and `shell_headers` do the same for curl, in which `${base}`,
    `${path}` and `${host}` are parts of the address; `shell_only` replaces it altogether.
    """

    imports: str
    before: str = ""
    after: str = ""
    send: str = ""
    shell_before: str = ""
    shell_query: str = ""
    shell_headers: str = ""
    shell_only: str = ""


# For a reader to copy, the library's own way of reading lines; for one answer its faults are small.
_SEND = """
response = requests.post(url, headers=headers, stream=True, timeout=120,
                         data=json.dumps(body, ensure_ascii=False).encode())
streams = "event-stream" in response.headers.get("Content-Type", "")
for line in response.iter_lines(chunk_size=1):
    if not streams:
        print(line.decode())  # the whole answer, or an error
    elif line.startswith(b"data:") and line[5:].strip() != b"[DONE]":
        event = json.loads(line[5:])
        for choice in event.get("choices", []):
            print(choice["delta"].get("content") or "", end="", flush=True)
        if "choices" not in event:
            print(event.get("result", event), end="", flush=True)
print()
"""

_BCE = '''
def signed(method, url):
    """Baidu's bce-auth-v1: the headers of a request sent now."""
    def quote(text):
        return urllib.parse.quote(text, safe="-._~")

    def mac(key, text):
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()

    parts = urllib.parse.urlsplit(url)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = "&".join(sorted(f"{quote(name)}={quote(value)}" for name, value in
                            urllib.parse.parse_qsl(parts.query, keep_blank_values=True)))
    canonical = "\\n".join((method, parts.path, query,
                           f"host:{quote(parts.netloc)}", f"x-bce-date:{quote(now)}"))
    prefix = f"bce-auth-v1/{os.environ['QIANFAN_ACCESS_KEY']}/{now}/1800"
    signature = mac(mac(os.environ["QIANFAN_SECRET_KEY"], prefix), canonical)
    return {"x-bce-date": now, "Authorization": f"{prefix}/host;x-bce-date/{signature}"}

'''

_BCE_SHELL = r"""mac() { printf %s "$2" | openssl dgst -sha256 -hmac "$1" | sed 's/^.* //'; }
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
prefix="bce-auth-v1/$QIANFAN_ACCESS_KEY/$now/1800"
signature=$(mac "$(mac "$QIANFAN_SECRET_KEY" "$prefix")" "POST
${path}

host:${host}
x-bce-date:$(printf %s "$now" | sed 's/:/%3A/g')")
"""

_BCE_IMPORTS = """import hashlib
import hmac
import json
import os
import urllib.parse
from datetime import datetime, timezone

import requests
"""

_MINT = """
iam = os.environ.get("QIANFAN_IAM_BASE_URL", "https://iam.bj.baidubce.com")
iam += "/v1/BCE-BEARER/token?expireInSeconds=1800"
minted = requests.get(iam, headers=signed("GET", iam), timeout=30).json()
os.environ["QIANFAN_BEARER_TOKEN"] = minted["token"]
"""

_OAUTH = """
granted = requests.post(url.split("/rpc/")[0] + "/oauth/2.0/token", timeout=30, params={
    "grant_type": "client_credentials",
    "client_id": os.environ["QIANFAN_AK"],
    "client_secret": os.environ["QIANFAN_SK"],
}).json()
url += "?" + urllib.parse.urlencode({"access_token": granted["access_token"]})
"""

_OAUTH_SHELL = r"""token=$(curl -s -X POST -G "${base}/oauth/2.0/token" \
  --data-urlencode grant_type=client_credentials \
  --data-urlencode "client_id=$QIANFAN_AK" \
  --data-urlencode "client_secret=$QIANFAN_SK" |
  sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/')
"""

_SPARK_SIGN = '''
def signed(url):
    """The address with iFlytek's signature in its query; valid for five minutes."""
    parts = urllib.parse.urlsplit(url)
    date = formatdate(usegmt=True)
    text = f"host: {parts.netloc}\\ndate: {date}\\nGET {parts.path} HTTP/1.1"
    digest = hmac.new(os.environ["SPARKAI_API_SECRET"].encode(), text.encode(), hashlib.sha256)
    signature = base64.b64encode(digest.digest()).decode()
    authorization = (f'api_key="{os.environ["SPARKAI_API_KEY"]}", algorithm="hmac-sha256", '
                     f'headers="host date request-line", signature="{signature}"')
    return url + "?" + urllib.parse.urlencode({
        "authorization": base64.b64encode(authorization.encode()).decode(),
        "date": date,
        "host": parts.netloc,
    })

'''

_SPARK_SEND = """
body["header"]["app_id"] = os.environ["SPARKAI_APP_ID"]
connection = websocket.create_connection(signed(url), suppress_origin=True, timeout=120)
connection.send(json.dumps(body, ensure_ascii=False))
while True:
    frame = json.loads(connection.recv())
    if frame["header"]["code"]:
        raise SystemExit(frame["header"])
    choices = frame["payload"].get("choices", {})
    for part in choices.get("text", []):
        print(part.get("content") or "", end="", flush=True)
    if choices.get("status") == 2:
        break
connection.close()
print()
"""

_SPARK_IMPORTS = """import base64
import hashlib
import hmac
import json
import os
import urllib.parse
from email.utils import formatdate

import websocket  # pip install websocket-client
"""

_PLAIN_IMPORTS = """import json
import os

import requests
"""

RECIPES: Mapping[str, Recipe] = {
    "none": Recipe("import json\n\nimport requests\n", send=_SEND),
    "bearer": Recipe(_PLAIN_IMPORTS, send=_SEND),
    "bearer-iam": Recipe(
        _BCE_IMPORTS,
        before="\n" + _BCE + _MINT,
        send=_SEND,
        shell_before="# QIANFAN_BEARER_TOKEN: a key from the console, or one minted from the IAM "
        "keys as the Python\n# version does; a shell cannot sign that request.\n",
    ),
    "oauth": Recipe(
        "import json\nimport os\nimport urllib.parse\n\nimport requests\n",
        after=_OAUTH,
        send=_SEND,
        shell_before=_OAUTH_SHELL,
        shell_query='"?access_token=$token"',
    ),
    "bce": Recipe(
        _BCE_IMPORTS,
        before="\n" + _BCE,
        after='\nheaders |= signed("POST", url)',
        send=_SEND,
        shell_before=_BCE_SHELL,
        shell_headers='  -H "x-bce-date: $now" \\\n'
        '  -H "Authorization: $prefix/host;x-bce-date/$signature" \\\n',
    ),
    "spark": Recipe(
        _SPARK_IMPORTS,
        before="\n" + _SPARK_SIGN,
        send=_SPARK_SEND,
        shell_only="# Spark is a signed WebSocket, which curl can neither sign nor speak: use the "
        "Python version.\n",
    ),
}
