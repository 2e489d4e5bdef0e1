"""Samples of secrets for benchmarks.redaction, one a shape that students paste.

No sample is a real secret. Their texts are put together from parts, so that scanners do not take this file for a leak.
"""

import base64
import hashlib
from dataclasses import dataclass

_MARK = "$"


@dataclass(frozen=True)
class Sample:
    """shape: what it is; text: what a student pastes; secret: the part that must not be kept."""

    shape: str
    text: str
    secret: str


def _letters(length: int, seed: str = "classpulse") -> str:
    """Return letters and digits that look random."""
    found = ""
    while len(found) < length:
        digest = hashlib.sha256(f"{seed} {len(found)}".encode()).digest()
        found += "".join(character for character in base64.b64encode(digest).decode() if character.isalnum())
    return found[:length]


def _hexadecimal(length: int) -> str:
    return hashlib.sha512(b"classpulse").hexdigest()[:length]


def _sample(shape: str, text: str, secret: str) -> Sample:
    return Sample(shape, text.replace(_MARK, secret), secret)


_PASSWORD = "Tr0ub4dor" + "-3"
_PEM = "\n".join(_letters(64, str(line)) for line in range(12))


def _block(kind: str) -> str:
    return f"-----BEGIN {kind}-----\n{_MARK}\n-----END {kind}-----"


# Names before a value.
_NAMED = [
    ("assignment", 'password = "$"'),
    ("typed assignment", 'password: str = "$"'),
    ("typed assignment, optional", "api_key: str | None = '$'"),
    ("typed assignment, generic", 'SECRET: Final[str] = "$"'),
    ("triple quotes", 'password = """$"""'),
    ("triple quotes over lines", "secret = '''\n$\n'''"),
    ("f-string", 'password = f"$"'),
    ("f-string with a field", 'token = f"$-{year}"'),
    ("raw bytes", "passphrase = rb'$'"),
    ("parentheses", 'password = (\n    "$"\n)'),
    ("escaped quote", 'password = "\\"$"'),
    ("dictionary", "config = {'user': 'ada', 'password': '$'}"),
    ("dictionary item", 'settings["db_password"] = "$"'),
    ("keyword argument", 'connect(host="db", user="ada", password="$")'),
    ("keyword argument without quotes around the name", "dict(api_key='$')"),
    ("walrus", 'if (token := "$"):'),
    ("os.environ", 'os.environ["API_TOKEN"] = "$"'),
    ("os.environ.setdefault", 'os.environ.setdefault("OPENAI_API_KEY", "$")'),
    ("%env", "%env DB_PASSWORD=$"),
    ("%env with a space", "%env GITHUB_TOKEN $"),
    ("%set_env", "%set_env SECRET_KEY=$"),
    ("export", "export PGPASSWORD=$"),
    ("shell in a cell", "!PGPASSWORD=$ psql -h db"),
    ("a .env file", "%%writefile .env\nDEBUG=1\nDB_PASSWORD=$\nPORT=1"),
    ("an .ini file", "[db]\nuser=ada\npassword=$\n"),
    ("a YAML file", "db:\n  user: ada\n  password: $\n"),
    ("JSON", '{"username": "ada", "apiKey": "$"}'),
    ("a Dockerfile", "ENV SECRET_TOKEN=$"),
    ("docker run", "!docker run -e MYSQL_ROOT_PASSWORD=$ mysql"),
    ("a command's option", "!mysql --user ada --password $"),
    ("a command's option with =", "!tool --api-key=$ run"),
    ("curl -u", "!curl -u ada:$ https://example.org"),
    ("query string", 'requests.get("https://example.org/api?q=1&api_key=$&n=2")'),
    ("header", "headers = {'X-Api-Key': '$'}"),
    ("authorization", "headers = {'Authorization': 'Token $'}"),
    ("basic authorization", 'requests.get(url, auth=("ada", "$"))'),
    ("login", 'server.login("ada@example.org", "$")'),
    ("connection string of ADO", '"Server=db;User Id=ada;Password=$;Encrypt=yes"'),
    ("connection string of libpq", '"host=db user=ada password=$ dbname=course"'),
    ("connection string as a URL", '"postgresql://ada:$@db/course"'),
    ("connection string without a user", '"redis://:$@cache:6379"'),
    ("Japanese", 'パスワード = "$"'),
    ("two names", 'user, password = "ada", "$"'),
    ("two strings", 'password = "abcd" "$"'),
    ("default of os.getenv", 'os.getenv("DB_PASSWORD", "$")'),
    ("R", 'password <- "$"'),
    ("JavaScript", "const clientSecret = `$`"),
    ("a comment", "# password: $"),
    ("SQL", "CREATE USER ada WITH PASSWORD '$'"),
    ("XML", "<password>$</password>"),
    ("a header of curl", '!curl -H "X-Api-Key: $" https://example.org'),
    ("mysql -p", "!mysql -u ada -p$ course"),
    ("sshpass", "!sshpass -p $ ssh ada@example.org"),
    ("netrc", "machine example.org login ada password $"),
    ("output", "{'HOME': '/root', 'DB_PASSWORD': '$', 'LANG': 'C'}"),
]

# Keys that are recognised by their prefix or form.
_KEYS = [
    ("AWS access key", 'client("s3", aws_access_key_id="$")', "AK" + "IA" + _letters(16).upper()),
    ("AWS secret key", "aws_secret_access_key = $", _letters(38) + "/1"),
    ("GitHub", "!git clone https://$@github.com/ada/course", "gh" + "p_" + _letters(36)),
    ("GitHub, fine-grained", 'Github("$")', "github" + "_pat_" + _letters(60)),
    ("GitLab", 'Gitlab("$")', "gl" + "pat-" + _letters(20)),
    ("Slack", 'WebClient("$")', "xo" + "xb-" + f"123456789012-{_letters(24)}"),
    ("Slack webhook", 'post("https://hooks.slack.com/services/$")', f"T0{_letters(7)}/B0{_letters(7)}/{_letters(24)}"),
    ("Stripe", 'stripe_client("$")', "sk_" + "live_" + _letters(24)),
    ("OpenAI", 'OpenAI("$")', "sk" + "-proj-" + _letters(48)),
    ("Anthropic", 'Anthropic("$")', "sk" + "-ant-api03-" + _letters(80)),
    ("Google", 'build("translate", "$")', "AI" + "za" + _letters(35)),
    ("Google OAuth", 'Credentials("$")', "ya" + "29." + _letters(60)),
    ("Azure storage", '"DefaultEndpointsProtocol=https;AccountName=a;AccountKey=$"', _letters(86) + "=="),
    ("Azure shared access", '"https://a.blob.core.windows.net/c?sv=2022&sig=$"', _letters(43) + "%3D"),
    ("Azure client", 'ClientSecretCredential(tenant, app, "$")', "abc8" + "Q~" + _letters(34)),
    ("Twilio", 'Client(account, "$")', "S" + "K" + _hexadecimal(32)),
    ("SendGrid", 'SendGridAPIClient("$")', "S" + "G." + f"{_letters(22)}.{_letters(43)}"),
    ("npm", "//npm.example.org/:_authToken=$", "np" + "m_" + _letters(36)),
    ("PyPI", "!twine upload -u __token__ -p $ dist/*", "py" + "pi-" + _letters(120)),
    ("Hugging Face", 'login("$")', "h" + "f_" + _letters(34)),
    ("Telegram", 'Bot("$")', "123456789:" + "AA" + _letters(33)),
    ("Discord", 'client.run("$")', "M" + f"{_letters(23)}.{_letters(6)}.{_letters(38)}"),
    ("Discord webhook", 'post("https://discord.com/api/webhooks/123456789012345678/$")', _letters(68)),
    ("Kaggle", '{"username": "ada", "key": "$"}', _hexadecimal(32)),
    ("Weights & Biases", "!wandb login $", _hexadecimal(40)),
    ("Databricks", 'connect(host, "$")', "da" + "pi" + _hexadecimal(32)),
    ("Groq", 'Groq("$")', "gs" + "k_" + _letters(52)),
    ("JSON Web Token", 'get(url, cookie="$")', f"ey{'J'}{_letters(30)}.{_letters(60)}.{_letters(43)}"),
    ("bearer token", '!curl -H "Authorization: Bearer $" https://example.org', _letters(40)),
    ("ClassPulse", 'send("$")', "cp" + "k_" + _letters(40)),
]

_PRIVATE_KEYS = [
    ("PEM", _block("RSA " + "PRIVATE KEY"), _PEM),
    ("PEM, PKCS#8", _block("PRIVATE" + " KEY"), _PEM),
    ("OpenSSH", _block("OPENSSH " + "PRIVATE KEY"), _PEM),
    (
        "PEM in JSON",
        '{"private_key": "' + _block("PRIVATE" + " KEY").replace("\n", "\\n") + '"}',
        _PEM.replace("\n", "\\n"),
    ),
    ("PGP", _block("PGP " + "PRIVATE KEY BLOCK"), _PEM),
    ("PuTTY", f"PuTTY-User-Key-File-3: ssh-rsa\nPrivate-{'Lines'}: 12\n{_MARK}\nPrivate-MAC: {_hexadecimal(40)}", _PEM),
]

SAMPLES = [
    *(_sample(shape, text, _PASSWORD) for shape, text in _NAMED),
    *(_sample(shape, text, secret) for shape, text, secret in _KEYS),
    *(_sample(shape, text, secret) for shape, text, secret in _PRIVATE_KEYS),
]
