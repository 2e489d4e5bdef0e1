// An OpenID Connect provider (npm's oidc-provider, which is certified) for the tests: whoever signs in as "ada" is
// ada@example.org. Arguments: port, redirect address. It prints a line when it listens.
import { createRequire } from "node:module";

const dashboard = createRequire(new URL("../../../dashboard/package.json", import.meta.url));
const { Provider } = await import(dashboard.resolve("oidc-provider"));
const [port, redirect] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "classpulse", client_secret: "a-secret-of-the-tests", redirect_uris: [redirect] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: ["a-key-of-the-tests"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id.replace("unverified-", "")}@example.org`, email_verified: !id.startsWith("unverified-") }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
