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

    What precedes the secret is kept: all up to the end of the group that ends last.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def redact(self, text: str) -> str:
        """Return the text with secrets of this kind replaced by REDACTED."""
        return self.pattern.sub(_kept_and_redacted, text)


def _kept_and_redacted(match: re.Match[str]) -> str:
    kept = match.end(match.lastindex) - match.start() if match.lastindex else 0
    return match[0][:kept] + REDACTED


def _secret(hints: str, pattern: str) -> Secret:
    return Secret(tuple(hints.split()), re.compile(pattern))


# Keys that are recognised wherever they occur.
_KEYS = (
    # Private keys: PEM, with the headers of an encrypted one, OpenSSH, PGP; PuTTY; age.
    _secret(
        "-----begin",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:\s{0,4}Proc-Type:[^\n]{0,80}\n)?(?:DEK-Info:[^\n]{0,200}\n)?"
        r"[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    ),
    _secret(
        "private key block",
        r"-----BEGIN PGP PRIVATE KEY BLOCK-----[^-]{0,20000}(?:-----END PGP PRIVATE KEY BLOCK-----)?",
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
    # ClassPulse's own class keys and path keys, and any JSON Web Token.
    _secret("cpk_", r"\bcpk_[A-Za-z0-9_-]{20,255}"),
    _secret("cpp_", r"\bcpp_[A-Za-z0-9_-]{20,255}"),
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
    _secret("login", r"(\b(?:docker|podman)\s{1,4}login\s[^\n]{0,64}\s-p\s{1,4})[^\s\"']{3,256}"),
    _secret("redis-cli", r"(\bredis-cli\s[^\n]{0,64}-a\s{1,4})[^\s\"']{3,256}"),
    _secret("mysql", r"(\bmysql\w{0,10}\s[^\n]{0,64}\s-p)[^\s\"']{3,256}"),
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

# A type, as in `password: str | None = …`; the operator; a parenthesis or a call around the text; its prefix.
_TYPE = r"(?:[ \t]?::?[ \t]?[\w.]{1,40}(?:\[[^\]\n]{1,40}\])?(?:[ \t]?\|[ \t]?None)?)?"
_OPENING = r"(?:(?:(?:Secret)?Str|bytes)?\([ \t\r\n]{0,40}|\\?\r?\n[ \t]{0,40})?"
_ASSIGNED = rf"[\"']?\]?{_TYPE}[ \t]{{0,4}}(?::=|=>|<-|=|:)[ \t]{{0,4}}{_OPENING}[bfru]{{0,2}}"
# Names of variables, keys and options whose values are secret.
_NAME_HINTS = "pass pwd pw secret token key credential パスワード 暗証番号"
_PASSWORDS = r"(?:pass(?:word|wd|phrase|code)|(?<![a-z])(?:db|my|user|root)?(?:pwd?|pass)|パスワード|暗証番号)\d{0,2}"
_OTHERS = (
    r"(?:(?:api|access|private|secret|auth|account|signing|encryption)[_-]?key|(?<=[\w\"'])secret|credentials?)\d{0,2}"
)
_NAME = rf"(?:{_PASSWORDS}|{_OTHERS}|token\d{{0,2}}|(?<![\w\"'])secret\d{{0,2}})"
# Names of variables of the environment, with anything around them, but not TOKENIZERS_PARALLELISM.
_VARIABLE = (
    r"(?=[A-Za-z0-9_]{0,40}(?i:pass(?:word|wd|phrase)?|secret|token|pwd|credentials?|(?:api|access|private|account|auth)_?key)"
    r"(?![A-Za-z]))[A-Za-z0-9_]{1,64}"
)
# No value: `"token:", x`, `"password: " + x`, `'secret:'.format(x)`, `f"{a}{b}"`, `"<pad>"`, `"[MASK]"`, a file's name.
_VALUE = r"(?![\s),+%.\]:;{}<\[\"'])(?![\w/-]{1,60}\.[a-z]{3,4}[\"'])(?!(?:B(?:earer|asic)|Token) \{)"


def _up_to(times: int, group: str) -> str:
    """Match a group up to this many times; written out, as a repetition of repetitions could be slow."""
    return f"(?:{group}{_up_to(times - 1, group)})?" if times else ""


def _quoted(value: str) -> str:
    """Match a text of at least four characters, escaped ones among them; a set for each quote makes its end certain."""

    def text(quote: str) -> str:
        plain = rf"[^{quote}\\\n]{{0,4096}}"
        least = rf"(?=(?:\\[^\n]|[^{quote}\\\n]){{4}})"
        return rf"({quote}){value}{least}{plain}" + _up_to(3, rf"\\[^\n]{plain}") + f"(?={quote})"

    return "(?:" + "|".join(map(text, ('"', "'", "`"))) + ")"


def _triple_quoted(quote: str) -> str:
    more = _up_to(3, f"{quote}{quote}?[^{quote}]{{1,4096}}")
    return rf"({quote}{{3}})[^{quote}]{{1,4096}}{more}(?={quote})"


_QUOTED = _quoted(_VALUE)
# `token = "noun"` and `secret = "apple"` are exercises about words.
_QUOTED_NO_WORD = _quoted(_VALUE + r"(?![a-z]{1,12}[\"'`])")
_TRIPLE_QUOTED = "(?:" + "|".join(map(_triple_quoted, ('"', "'"))) + ")"
# `DB_` of DB_PASSWORD.
_PARTS = _up_to(3, "[A-Za-z0-9]{1,20}[_.-]")
_BARE = r"[^\s\"'()\[\]{},;$<][^\s\"'()\[\]{},;]{5,4096}(?=[ \t]{0,8}$|[ \t]{1,8}#)"

_NAMED = (
    # password = """…""", password: str = "…", {'api_key': '…'}, os.environ["TOKEN"] = "…", login(token=b"…")
    _secret(_NAME_HINTS, rf"((?i:{_NAME}{_ASSIGNED})){_TRIPLE_QUOTED}"),
    _secret("pass pwd pw パスワード 暗証番号", rf"((?i:{_PASSWORDS}{_ASSIGNED})){_QUOTED}"),
    _secret("key secret credential", rf"((?i:{_OTHERS}{_ASSIGNED})){_QUOTED}"),
    _secret("token secret", rf"((?i:(?:token|(?<![\w\"'])secret)\d{{0,2}}{_ASSIGNED})){_QUOTED_NO_WORD}"),
    # As the second of two values, after the user's name.
    _secret(
        _NAME_HINTS,
        rf"((?i:,[ \t]{{0,4}}{_PARTS}{_NAME})[ \t]{{0,4}}=[ \t]{{0,4}}[\"'][^\"'\n]{{0,80}}[\"']"
        rf"[ \t]{{0,4}},[ \t]{{0,4}}){_QUOTED}",
    ),
    # "…" + "…": the string after one that was redacted.
    _secret(_NAME_HINTS, rf"(\[redacted\][\"']\s{{0,20}}(?:\+\s{{0,20}})?){_QUOTED}"),
    # As the default of a variable of the environment, or the value of an attribute.
    _secret(
        "setdefault( putenv( setenv( getenv( environ.get( setattr( set(",
        r"((?:setdefault|putenv|setenv|getenv|environ\.get|setattr|\bset)\((?:[\w.]{1,60},\s{0,4}|[\"']\w{1,60}[\"'],\s{0,4})?"
        r"[\"'](?=[\w-]{0,40}(?i:pass(?:word|wd)?|secret|token|key)[\"'])[\w-]{1,64}[\"'],\s{0,8})"
        rf"{_QUOTED}",
    ),
    # key = "…", {"key": "…"}: long values only.
    _secret(
        "key",
        rf"((?i:(?<![a-z])key{_ASSIGNED})[\"'])(?=[^\"'\n\d]{{0,200}}\d)[\w/+=.-]{{20,256}}(?=[\"'])",
    ),
    # aws_secret_access_key = …, without quotes.
    _secret(
        _NAME_HINTS,
        rf"((?i:{_NAME})[ \t]{{0,4}}[=:][ \t]{{0,4}})(?=[^\s\d]{{0,100}}\d)[A-Za-z0-9/+=_-]{{24,512}}(?![\w(.\[/+=-])",
    ),
    # export PASSWORD=…, %env TOKEN=…, %env TOKEN …, !PGPASSWORD=… psql, docker run -e SECRET=…
    _secret(
        "export env set -e !",
        rf"((?:\bexport|%(?:set_)?env|\bENV|\bsetx?|\s-e|--env|(?m:^)[ \t]{{0,8}}!)[ \t=]{{0,4}}{_VARIABLE}=)"
        r"(?![$\"'{(%])[^\s\"'`;&|]{3,4096}",
    ),
    _secret(
        "env setx",
        rf"((?:%(?:set_)?env|\bENV|\bsetx)[ \t]{{1,4}}{_VARIABLE}[ \t]{{1,4}})(?![$\"'{{(=])[^\s\"'`;&|]{{3,4096}}",
    ),
    # A line of a .env file.
    _secret(
        _NAME_HINTS,
        rf"(?m:^)([ \t]{{0,8}}(?![a-z]){_VARIABLE}(?<![a-z])=)"
        r"(?:(?<!TOKEN=)(?<!SECRET=)|(?!\d{1,40}\b))(?!(?:None|True|False)\b|[a-z_]{1,40}\.[A-Za-z_])"
        rf"(?m:{_BARE})",
    ),
    # A line password=… or password: … of a configuration; as in Python, a name alone is not a secret.
    _secret(
        _NAME_HINTS,
        rf"(?m:^)([ \t]{{0,12}}(?:[#/*-]{{1,3}}[ \t]{{0,4}})?{_PARTS}(?i:{_NAME})(?:=|:[ \t]|\uff1a))"
        r"(?=[^\s\d]{0,80}\d)(?!(?i:passw|secret|token|key)|\w{1,60}\.[a-z_])"
        rf"(?m:{_BARE})",
    ),
    # -H "X-Api-Key: …"
    _secret(
        _NAME_HINTS,
        rf"([\"']{_PARTS}(?i:{_NAME}):[ \t]{{0,4}})(?=[^\s\d]{{0,80}}\d)"
        r"[\w.+/=~-]{6,4096}(?=[\"'])",
    ),
    # PASSWORD = …, as some write it into a .env file.
    _secret(
        _NAME_HINTS,
        r"(?m:^)([A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|SECRET|API_KEY|TOKEN)[ \t]=[ \t])"
        r"(?=[^\sA-Za-z]{0,80}[A-Za-z])(?=[^\s\d]{0,80}\d)(?!(?i:passw|secret|token|key)|\w{1,60}\.[A-Za-z_])"
        rf"(?m:{_BARE})",
    ),
    # https://…?token=…
    _secret("? &", rf"([?&]{_PARTS}(?i:{_NAME})=)(?![{{$%<])[^\s&\"'#{{}}]{{6,4096}}"),
    # Server=…;Password=…; and host=… password=… dbname=…
    _secret(
        "password= pwd=",
        r"((?:\A|[;\s\"'])(?i:password|pwd)[ ]?=[ ]?)(?![:%?{$<\"'])[^;\s\"'(){}\[\],]{3,256}"
        r"(?=;|[\"']|\s{1,3}\w{1,20}=)",
    ),
    # --password …, --api-key=…
    _secret(
        "--",
        rf"((?<![\w-])--{_PARTS}(?i:{_NAME})(?:=|[ \t]{{1,4}}))"
        r"(?![-${<\"'%]|[a-z]{1,12}(?:\s|$)|\d{1,6}\b)[^\s\"']{4,4096}",
    ),
)

BY_FORM = _KEYS + _PLACES
BY_NAME = _NAMED
SECRETS = BY_FORM + BY_NAME
# What every name of BY_NAME contains, in lower case. LONGEST_NAMED: the characters from there to the end of its value.
NAME_STEMS = tuple(_NAME_HINTS.split())
LONGEST_NAMED = 4500
# A key of JSON whose value is secret, such as a variable of the environment.
NAMED_KEY = re.compile(rf"(?i:{_PARTS}[a-z]{{0,20}}{_NAME})")
