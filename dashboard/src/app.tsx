import { useEffect } from "preact/hooks";
import { t } from "./i18n";
import { isMe } from "./state/route";
import { AskLink } from "./view/AskLink";
import { Entry } from "./view/Entry";
import { Lazy } from "./view/Lazy";
import { SignIn } from "./view/SignIn";
import { useHash } from "./view/useHash";
import { useSession } from "./view/useSession";

const loadMe = () => import("./view/me").then((found) => found.MePage);

export function App() {
  // A student's page neither needs nor starts a session.
  return isMe(useHash()) ? <Lazy load={loadMe} /> : <Teachers />;
}

function Teachers() {
  const { session, state, leave } = useSession();
  const open = state.state === "open";
  useEffect(() => {
    if (!open) document.title = t.title;
  }, [open]);

  if (state.state === "opening") return <p class="hint">{t.signIn.opening}</p>;
  if (state.state === "unavailable") {
    return (
      <p class="hint" role="status">
        {t.signIn.unavailable}
      </p>
    );
  }
  if (state.state === "asking") return <AskLink person={state.person} onChoose={(use) => session.choose(use)} />;
  if (state.state === "closed") return <SignIn why={state.why} onSignIn={(shown) => session.signIn(shown)} />;
  const { person } = state;
  // The key discards all state when another user signs in.
  return <Entry key={person.email ?? ""} session={session} person={person} leave={leave} />;
}
