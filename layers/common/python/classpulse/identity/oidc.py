"""The IdentityProvider port: OpenID Connect Core 1.0, Authorization Code with PKCE (RFC 7636)."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from classpulse.core.errors import StoreUnavailable
from classpulse.identity.ports import Identity

# Asymmetric algorithms only: with "none" or HS256, others than the provider could sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
SECONDS = 5.0
LEEWAY = 60


class OidcProvider:
    """An identity provider. Its discovery document is fetched on first use."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False)
        self._discovery: dict[str, Any] | None = None

    def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """See IdentityProvider.address."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._discovered()["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def identify(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity | None:
        """See IdentityProvider.identify."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        # RFC 6749, 2.3.1: both are form-encoded first.
        credentials = (quote(self._client_id, safe=""), quote(self._client_secret, safe=""))
        discovered = self._discovered()
        answer = self._request("POST", discovered["token_endpoint"], data=form, auth=credentials)
        if answer.is_client_error:
            return None
        tokens = _json(answer)
        claims = self._verified(
            str(tokens.get("id_token", "")), _json(self._request("GET", discovered["jwks_uri"])), nonce
        )
        if claims is None:
            return None
        if "email" not in claims and tokens.get("access_token") and "userinfo_endpoint" in discovered:
            claims |= self._user_info(discovered["userinfo_endpoint"], str(tokens["access_token"]), claims["sub"])
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(self._issuer, str(claims["sub"]), email)

    def _user_info(self, address: str, access_token: str, subject: str) -> dict[str, Any]:
        """Return the UserInfo claims of the subject (OpenID Connect Core 1.0, 5.3); none if they are another's."""
        claims = _json(self._request("GET", address, headers={"Authorization": f"Bearer {access_token}"}))
        return claims if claims.get("sub") == subject else {}

    def _verified(self, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any] | None:
        """Return the claims of an ID token; None if its signature or one of its claims is invalid."""
        wanted = jwt.JWTClaimsRegistry(
            now=int(datetime.now(UTC).timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
            wanted.validate(claims)
        except (JoseError, ValueError, KeyError):
            return None
        return dict(claims)

    def _discovered(self) -> dict[str, Any]:
        if self._discovery is None:
            address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            document = _json(self._request("GET", address))
            if document.get("issuer") != self._issuer:
                raise StoreUnavailable("the discovery document names another issuer: check OIDC_ISSUER")
            self._discovery = document
        return self._discovery

    def _request(self, method: str, address: str, **options: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, address, **options)
        except httpx.HTTPError as error:
            raise StoreUnavailable("the identity provider does not answer") from error
        if answer.is_server_error or answer.is_redirect:
            raise StoreUnavailable("the identity provider did not answer as expected")
        return answer


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise StoreUnavailable("the identity provider did not answer with JSON") from error
    if not answer.is_success or not isinstance(body, dict):
        raise StoreUnavailable("the identity provider did not answer as expected")
    return body
