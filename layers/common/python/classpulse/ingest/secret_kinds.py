"""The kinds of secrets that redaction recognises, by the format of a key or by the name before a value.

Every pattern runs in linear time: each repetition has a limit, and none contains another; a test checks that.
`python -m benchmarks.redaction` measures which secrets are found, and how much ordinary code is mistaken for one.
"""

import re
from dataclasses import dataclass

REDACTED = "[redacted]"


@dataclass(frozen=True)
class Secret:
    """A kind of secret. The pattern runs only on texts that contain a hint (lower case), which is cheap to check.

    The pattern's first group, if it has one, precedes the secret and is kept.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def redact(self, text: str, lowered: str) -> str:
        """Return the text with secrets of this kind replaced by REDACTED."""
        if not any(hint in lowered for hint in self.hints):
            return text
        return self.pattern.sub(lambda match: (match[1] if self.pattern.groups else "") + REDACTED, text)


def _secret(hints: str, pattern: str) -> Secret:
    return Secret(tuple(hints.split()), re.compile(pattern))


# Keys that are recognised wherever they occur.
_KEYS = (
    # Private keys: PEM, with the headers of an encrypted one, OpenSSH, PGP; PuTTY; age.
    _secret(
        "-----begin",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\s{0,4}Proc-Type:[^\n]{0,80}\n)?"
        r"(?:DEK-Info:[^\n]{0,200}\n)?[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?",
    ),
    _secret("private-lines:", r"(Private-Lines: \d{1,4}\s{1,2})[A-Za-z0-9+/=\s]{1,20000}(?:-MAC: [0-9a-f]{1,64})?"),
    _secret("age-secret-key-", r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,64}"),
    # Clouds: AWS, Alibaba, Tencent; Google; Azure's storage keys, signatures and client secrets; others.
    _secret("akia asia abia acca", r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    _secret("ltai akid", r"\b(?:LTAI|AKID)[A-Za-z0-9]{12,40}\b"),
    _secret("aiza", r"\bAIza[A-Za-z0-9_-]{35}"),
    _secret("ya29.", r"\bya29\.[A-Za-z0-9_-]{20,1024}"),
    _secret("1//0", r"\b1//0[A-Za-z0-9_-]{30,256}"),
    _secret("aaaa", r"\bAAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{100,256}"),
    _secret("gocspx-", r"\bGOCSPX-[A-Za-z0-9_-]{20,64}"),
    _secret("accountkey= accesskey=", r"(?i:((?:account|access)key=))[A-Za-z0-9+/]{20,128}={0,2}"),
    _secret("sig=", r"([?&;]sig=)[A-Za-z0-9%+/=_-]{20,256}"),
    _secret("q~", r"\b[A-Za-z0-9_.~-]{3}\dQ~[A-Za-z0-9_.~-]{31,40}"),
    _secret("do1_ dop_v1_ doo_v1_ dor_v1_", r"\bdo[opr]_v1_[0-9a-f]{40,64}"),
    _secret("dapi", r"\bdapi[0-9a-f]{32}"),
    _secret("hrku- ccipat_ nfp_ pscale_", r"\b(?:HRKU-|CCIPAT_|nfp_|pscale_tkn_|pscale_pw_)[A-Za-z0-9_-]{30,128}"),
    _secret("dp. atlasv1", r"(?:\bdp\.[a-z]{2}\.|\.atlasv1\.)[A-Za-z0-9_-]{30,128}"),
    # Code hosting and packages: GitHub, GitLab, Bitbucket and Atlassian, npm, PyPI, Docker, RubyGems.
    _secret("ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{36,255}"),
    _secret("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}"),
    _secret(
        "glpat- gldt- glrt- glptt- glcbt- glsoat- glsa_", r"\bgl(?:pat|dt|rt|ptt|cbt|soat|sa)[-_][A-Za-z0-9_-]{20,255}"
    ),
    _secret("atatt3 atbb", r"\b(?:ATATT3|ATBB)[A-Za-z0-9_=-]{20,255}"),
    _secret("npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    _secret("pypi-", r"\bpypi-[A-Za-z0-9_-]{50,255}"),
    _secret("dckr_pat_", r"\bdckr_pat_[A-Za-z0-9_-]{20,64}"),
    _secret("rubygems_", r"\brubygems_[0-9a-f]{48}"),
    # Models: OpenAI and Anthropic, Hugging Face, Groq, Replicate, Perplexity, xAI, LangSmith, Pinecone.
    _secret("sk-", r"\bsk-[A-Za-z0-9_-]{20,255}"),
    _secret("hf_", r"\bhf_[A-Za-z0-9]{30,255}"),
    _secret("gsk_ r8_ pcsk_ lsv2_", r"\b(?:gsk|r8|pcsk|lsv2)_[A-Za-z0-9_]{30,255}"),
    _secret("pplx- xai- tvly- nvapi- csk-", r"\b(?:pplx|xai|tvly|nvapi|csk)-[A-Za-z0-9_-]{24,255}"),
    # Messages: Slack's tokens and webhooks, Discord's, Telegram's bots, Twilio, SendGrid, Mailgun, Mailchimp.
    _secret("xox xapp-", r"\b(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255}"),
    _secret("hooks.slack.com", r"(hooks\.slack\.com/(?:services|workflows)/)[A-Za-z0-9/_-]{10,128}"),
    _secret("/api/webhooks/", r"(/api/webhooks/\d{10,24}/)[A-Za-z0-9_-]{20,128}"),
    _secret(".", r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
    _secret(":", r"\b\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    _secret("sk", r"\bSK[0-9a-f]{32}\b"),
    _secret("sg.", r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"),
    _secret("key-", r"\bkey-[0-9a-f]{32}\b"),
    _secret("-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    # Payments and others: Stripe, Square, Shopify, Notion, Linear, Airtable, Figma, Postman, Supabase, Vault, Sentry.
    _secret("sk_live_ sk_test_ rk_live_ rk_test_ whsec_", r"\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,255}"),
    _secret("sq0", r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,64}"),
    _secret("shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _secret("ntn_ lin_api_ figd_ sbp_", r"\b(?:ntn|lin_api|figd|sbp)_[A-Za-z0-9_-]{30,255}"),
    _secret("pat", r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    _secret("pmak- nrak-", r"\b(?:PMAK|NRAK)-[A-Za-z0-9-]{20,128}"),
    _secret("hvs.", r"\bhvs\.[A-Za-z0-9_-]{20,255}"),
    _secret("eaa", r"\bEAA[A-Za-z0-9]{60,255}"),
    _secret("aaaaaaaaaaaaaaaaaaaa", r"\bA{20,24}[A-Za-z0-9%]{40,256}"),
    _secret("sntrys_", r"\bsntrys_[A-Za-z0-9_=+/-]{30,512}"),
    # ClassPulse's own class keys, and any JSON Web Token.
    _secret("cpk_", r"\bcpk_[A-Za-z0-9_-]{20,255}"),
    _secret("k.eyj", r"\b[ps]k\.eyJ[A-Za-z0-9_-]{20,512}\.[A-Za-z0-9_-]{10,128}"),
    _secret("eyj", r"\beyJ[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{5,4096}"),
)

# Values that are secret by the place where they stand.
_PLACES = (
    # scheme://user:password@host, and a token in place of the user.
    _secret("://", r"(://[^\s/:@\"']{0,256}:)(?![{$%<])[^\s/\"'`]{1,256}(?=@)"),
    _secret("://", r"(://)[A-Za-z0-9_-]{20,256}(?=@)"),
    # Authorization: Bearer …
    _secret("bearer basic", r"(?i:(\b(?:bearer|basic)\s))[A-Za-z0-9._~+/=-]{16,4096}"),
    _secret(
        "authorization",
        r"(?i:(authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:token|key|basic|bearer)\s))[^\s\"'{}]{6,4096}",
    ),
    # curl -u user:password; server.login("user", "password"); auth=("user", "password")
    _secret("-u --user", r"((?:\s-u|--user)[ =][\"']?[\w.@+-]{1,64}:)(?![${])[^\s\"']{3,256}"),
    _secret(
        "login( auth(",
        r"(?i:(\b(?:login|basicauth|httpbasicauth)\(\s{0,8}[\"'][^\"'\n]{1,80}[\"']\s{0,8},\s{0,8}[\"']))[^\"'\n]{3,256}(?=[\"'])",
    ),
    _secret(
        "auth",
        r"(?i:(\bauth\s{0,4}=\s{0,4}\(\s{0,8}[\"'][^\"'\n]{1,80}[\"']\s{0,8},\s{0,8}[\"']))[^\"'\n]{3,256}(?=[\"'])",
    ),
    # Commands that take a password without a name.
    _secret("mysql", r"(\bmysql\w{0,10}\s[^\n]{0,80}\s-p)[^\s\"']{3,256}"),
    _secret("sshpass", r"(\bsshpass\s{1,4}-p\s{0,4}[\"']?)[^\s\"']{3,256}"),
    _secret("sudo", r"(\becho\s{1,4}[\"']?)[^\s\"'|]{3,256}(?=[\"']?\s{0,4}\|\s{0,4}sudo\b)"),
    _secret("-pass", r"(-pass(?:in|out)?\s{1,4}[\"']?pass:)[^\s\"']{3,256}"),
    _secret("password", r"(\blogin\s{1,8}\S{1,64}\s{1,8}password\s{1,8})\S{3,256}"),
    # SQL; XML.
    _secret(
        "identified password",
        r"((?i:\bidentified\s{1,4}by|\bwith\s{1,4}password|\bencrypted\s{1,4}password)\s{1,4}[\"'])[^\"'\n]{3,256}",
    ),
    _secret("</", r"(<(?i:password|passwd|secret|token|api_?key)>)[^<\s]{3,4096}(?=</)"),
    _secret("wandb", r"(\bwandb\.?\s{0,2}login[( ](?:key=)?[\"']?)[0-9a-f]{40}\b"),
)

# Names of variables, keys and options whose values are secret. The group `word`: names that exercises about words use.
_NAME_HINTS = "passw passphrase passcode pwd pw pass secret token key credential パスワード 暗証番号"
_NAME = (
    r"(?:password|passwd|passphrase|passcode|api[_-]?key|(?:access|private|secret|auth|account|signing|encryption)[_-]?key"
    r"|(?P<word>(?<![\w\"'])secret|token)|(?<=[\w\"'])secret|credentials?|(?<![a-z])(?:pwd|pw|pass)|パスワード|暗証番号)(?:_?\d{1,3})?"
)
# A type, as in `password: str | None = …`.
_TYPE = r"(?:[ \t]?::?[ \t]{0,4}[\w.]{1,40}(?:\[[\w., |]{1,40}\])?(?:[ \t]?\|[ \t]?None)?)?"
_ASSIGNED = rf"[\"']?\]?{_TYPE}[ \t]{{0,8}}(?::=|=>|<-|=|:)[ \t]{{0,8}}(?:\([ \t\r\n]{{0,40}})?[bfru]{{0,2}}"
# No value: `"token:", x`, `"password: " + x`, `'secret:'.format(x)`, `f"{a}{b}"`, `"<pad>"`, `"[MASK]"`, a file's name.
_VALUE = (
    r"(?![\s),+%.\]:;{}<\[\"'])(?![\w./-]{1,60}\.(?:json|txt|csv|pem|ya?ml|ini|pkl)[\"'])"
    r"(?(word)(?![a-z]{1,12}[\"']))(?!(?:Bearer|Basic|Token) \{)"
)
_QUOTED = r"(?:\\.|(?!(?P=quote))[^\n\\]){4,4096}(?=(?P=quote))"
_BARE = r"[^\s\"'()\[\]{},;$<][^\s\"'()\[\]{},;]"
_LINE_ENDS = r"(?=[ \t]{0,8}(?:#[^\n]{0,200})?$)"

_NAMED = (
    # password = """…""", password: str = "…", {'api_key': '…'}, os.environ["TOKEN"] = "…", login(token=b"…")
    _secret(_NAME_HINTS, rf"((?i:{_NAME}{_ASSIGNED})(?P<quote>\"\"\"|'{{3}}))(?:(?!(?P=quote))[\s\S]){{4,4096}}"),
    _secret(_NAME_HINTS, rf"((?i:{_NAME}{_ASSIGNED})(?P<quote>[\"'`])){_VALUE}{_QUOTED}"),
    # As the second of two values, after the user's name.
    _secret(
        _NAME_HINTS,
        rf"((?i:\b\w{{1,40}}[ \t]{{0,4}},[ \t]{{0,4}}[\w.]{{0,40}}{_NAME})[ \t]{{0,4}}=[ \t]{{0,4}}"
        rf"[\"'][^\"'\n]{{0,80}}[\"'][ \t]{{0,4}},[ \t]{{0,4}}(?P<quote>[\"'])){_VALUE}{_QUOTED}",
    ),
    # "…" + "…": the string after one that was redacted.
    _secret(
        _NAME_HINTS, rf"(\[redacted\][\"']\s{{0,40}}(?:\+\s{{0,40}})?(?P<quote>[\"']))(?![\s),+%.\]:;}}]){_QUOTED}"
    ),
    # As the default of a variable of the environment.
    _secret(
        "setdefault( putenv( setenv( getenv( environ.get( set_key( set_secret(",
        rf"((?i:(?:setdefault|putenv|setenv|getenv|environ\.get|set_key|set_secret)\(\s{{0,8}}[\"'][\w-]{{0,40}}{_NAME}[\"'],\s{{0,8}})"
        rf"(?P<quote>[\"'])){_VALUE}{_QUOTED}",
    ),
    # key = "…", {"key": "…"}: long values only.
    _secret(
        "key",
        rf"((?i:(?<![a-z])key{_ASSIGNED})(?P<quote>[\"']))(?=[^\"'\n]{{0,200}}\d)[\w/+=.-]{{20,256}}(?=(?P=quote))",
    ),
    # aws_secret_access_key = …, without quotes.
    _secret(
        _NAME_HINTS,
        rf"((?i:{_NAME})[ \t]{{0,4}}[=:][ \t]{{0,4}})(?=\S{{0,100}}\d)[A-Za-z0-9/+=_-]{{24,512}}(?![\w(.\[])",
    ),
    # export PASSWORD=…, %env TOKEN=…, %env TOKEN …, !PGPASSWORD=… psql, docker run -e SECRET=…
    _secret(
        "export env set -e !",
        rf"((?:\bexport|%(?:set_)?env|\bENV|\bsetx?|\s-e|--env|(?m:^)[ \t]{{0,8}}!)[ \t=]{{0,4}}"
        rf"[A-Za-z0-9_]{{0,40}}(?i:{_NAME})[A-Z0-9_]{{0,20}}=)(?![$\"'{{(%])[^\s\"'`;&|]{{3,4096}}",
    ),
    _secret(
        "env",
        rf"((?:%(?:set_)?env|\bENV)[ \t]{{1,4}}[A-Z0-9_]{{0,40}}(?i:{_NAME})[A-Z0-9_]{{0,20}}[ \t]{{1,4}})"
        r"(?![$\"'{(=])[^\s\"'`;&|]{3,4096}",
    ),
    # A line of a .env file.
    _secret(
        _NAME_HINTS,
        rf"(?m:^)([ \t]{{0,8}}[A-Z0-9_]{{0,40}}(?i:(?<![a-z]){_NAME})(?<![a-z])[A-Z0-9_]{{0,20}}=)"
        rf"(?(word)(?!\d{{1,40}}\b))(?!(?:None|True|False)\b|[a-z_]{{1,40}}\.[A-Za-z_])(?m:{_BARE}{{5,4096}}{_LINE_ENDS})",
    ),
    # A line password=… or password: … of a configuration; as in Python, a name alone is not a secret.
    _secret(
        _NAME_HINTS,
        rf"(?m:^)([ \t]{{0,12}}(?:(?:#{{1,3}}|//|-|\*)[ \t]{{0,4}})?[\w.-]{{0,40}}(?i:{_NAME})(?:=|:[ \t]|\uff1a))"
        r"(?=\S{0,80}\d)(?!(?i:passw|secret|token|key)|\w{1,60}\.[a-z_])"
        rf"(?m:{_BARE}{{5,4096}}{_LINE_ENDS})",
    ),
    # -H "X-Api-Key: …"
    _secret(
        _NAME_HINTS, rf"([\"'][\w-]{{0,40}}(?i:{_NAME}):[ \t]{{0,4}})(?=\S{{0,80}}\d)[\w.+/=~-]{{6,4096}}(?=[\"'])"
    ),
    # PASSWORD = …, as some write it into a .env file.
    _secret(
        _NAME_HINTS,
        rf"(?m:^)([A-Z0-9_]{{0,40}}(?:PASSWORD|PASSWD|SECRET|API_KEY|TOKEN)[ \t]=[ \t])"
        r"(?=\S{0,80}[A-Za-z])(?=\S{0,80}\d)"
        rf"(?!(?i:passw|secret|token|key)|\w{{1,60}}\.[A-Za-z_])(?m:{_BARE}{{5,4096}}{_LINE_ENDS})",
    ),
    # https://…?token=…
    _secret("? &", rf"([?&](?i:[\w-]{{0,40}}{_NAME})=)(?![{{$%<])[^\s&\"'#{{}}]{{6,4096}}"),
    # Server=…;Password=…; and host=… password=… dbname=…
    _secret(
        "password= pwd=",
        r"((?:\A|[;\s\"'])(?i:password|pwd)[ ]?=[ ]?)(?![:%?{$<\"'])[^;\s\"'(){}\[\],]{3,256}"
        r"(?=;|[\"']|\s{1,3}\w{1,20}=)",
    ),
    # --password …, --api-key=…
    _secret(
        "--",
        rf"((?<![\w-])--[\w-]{{0,30}}(?i:{_NAME})(?:=|[ \t]{{1,4}}))"
        r"(?![-${<\"'%]|[a-z]{1,12}(?:\s|$)|\d{1,6}\b)[^\s\"']{4,4096}",
    ),
)

SECRETS = _KEYS + _PLACES + _NAMED
# A key of JSON whose value is secret, such as a variable of the environment.
NAMED_KEY = re.compile(rf"(?i:[\w.-]{{0,60}}{_NAME})")
