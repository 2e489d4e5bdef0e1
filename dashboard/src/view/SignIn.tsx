import { useEffect, useState } from "preact/hooks";
import type { Methods } from "../generated/api";
import { t } from "../i18n";
import { Failed, Refused } from "../session/http";
import { linkIn } from "../session/link";
import { fetchMethods, OIDC_ADDRESS } from "../session/methods";
import type { Session } from "../session/session";

interface Props {
  /** nobody: no message. link: a one-time link was refused. ended: the session has ended. */
  readonly why: "nobody" | "link" | "ended";
  readonly onSignIn: Session["signIn"];
}

type Shown = Parameters<Session["signIn"]>[0];

export function SignIn({ why, onSignIn }: Props) {
  const [methods, setMethods] = useState<Methods | null>(null);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [link, setLink] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(why === "link" ? t.signIn.spent : why === "ended" ? t.signIn.ended : null);
  const [wait, setWait] = useWait();

  useEffect(() => {
    fetchMethods()
      .then(setMethods)
      // The forms are shown anyway, and report the problem on submit.
      .catch((error: unknown) => console.warn("the sign-in methods could not be loaded", error));
  }, []);

  const signIn = async (shown: Shown) => {
    if (busy || wait > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSignIn(shown);
    } catch (error) {
      if (error instanceof Refused) setProblem("link" in shown ? t.signIn.spent : t.signIn.wrong);
      else if (error instanceof Failed && error.status === 429) setWait(error.retryAfter ?? 1);
      else if (error instanceof Failed && error.status < 500)
        setProblem("link" in shown ? t.signIn.spent : t.signIn.wrong);
      else setProblem(t.signIn.failed);
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <h1>{t.signIn.heading}</h1>
      {problem !== null && wait === 0 && (
        <p class="wrong" role="alert" data-testid="refused">
          {problem}
        </p>
      )}
      {wait > 0 && <Wait seconds={wait} />}
      {methods?.password !== false && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void signIn({ email: email.trim(), password });
          }}
        >
          <label>
            {t.signIn.email}
            <input
              type="email"
              name="email"
              autocomplete="username"
              required
              value={email}
              onInput={(event) => setEmail(event.currentTarget.value)}
            />
          </label>
          <label>
            {t.signIn.password}
            <input
              type="password"
              name="password"
              autocomplete="current-password"
              required
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button primary" aria-disabled={busy || wait > 0}>
            {t.signIn.submit}
          </button>
        </form>
      )}
      {methods?.oidc && (
        <p class="with">
          <a class="button" href={OIDC_ADDRESS} data-testid="oidc">
            {t.signIn.oidc(methods.oidc.name)}
          </a>
        </p>
      )}
      <details open={why === "link"}>
        <summary>{t.signIn.more}</summary>
        <p>{t.signIn.linkExplain}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (link.trim()) void signIn({ link: linkIn(link), replace: true });
          }}
        >
          <label>
            {t.signIn.link}
            <input
              type="password"
              autocomplete="off"
              required
              value={link}
              onInput={(event) => setLink(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button" aria-disabled={busy || wait > 0}>
            {t.signIn.open}
          </button>
        </form>
        <p>
          <a href="#/me">{t.signIn.me}</a>
        </p>
      </details>
    </main>
  );
}

/** Announced once: a screen reader must not read the countdown each second. */
function Wait({ seconds }: { seconds: number }) {
  return (
    <p class="wrong" data-testid="wait">
      <span role="alert">{t.signIn.tooMany}</span> <span>{t.signIn.waitFor(seconds)}</span>
    </p>
  );
}

/** The seconds left to wait. */
function useWait(): readonly [number, (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(0);
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [left === 0]);
  const begin = (seconds: number) => {
    setNow(Date.now());
    setUntil(Date.now() + seconds * 1000);
  };
  return [left, begin];
}
