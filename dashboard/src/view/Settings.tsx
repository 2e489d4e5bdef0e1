import { useEffect, useRef, useState } from "preact/hooks";
import { LANGUAGES, t } from "../i18n";
import type { Person } from "../session/session";
import { KEYS, keep, kept } from "../state/kept";
import { PLACES } from "./Header";
import { EndAll, SignOut } from "./SignOut";
import { chooseTheme, chosenTheme, THEMES } from "./theme";
import type { Leave } from "./useSession";
import { shortcutsOn } from "./useShortcuts";

/** Each language under its own name. */
const LANGUAGE_NAMES = { en: "English", ja: "日本語" };

interface Props {
  readonly person: Person;
  readonly leave: Leave;
  readonly onClose: () => void;
}

/** The settings dialog: user, colours, language and keyboard shortcuts. */
export function Settings({ person, leave, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [theme, setTheme] = useState(chosenTheme);
  const [keysOn, setKeysOn] = useState(shortcutsOn);
  // showModal() traps the focus, closes with Esc, and returns the focus.
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="settings" ref={dialog} onClose={onClose} aria-labelledby="settings-heading">
      <h2 id="settings-heading">{t.settings.heading}</h2>
      <div class="person">
        <p>{t.settings.person(person.name, person.email)}</p>
        <SignOut leave={leave} />
        <EndAll leave={leave} />
      </div>
      <Choice
        legend={t.settings.theme}
        choices={THEMES.map((value) => [value, t.settings.themes[value]])}
        chosen={theme}
        onChoose={(value) => {
          chooseTheme(value);
          setTheme(value);
        }}
      />
      <Choice
        legend={t.settings.language}
        choices={[
          ["", t.settings.browserLanguage],
          ...LANGUAGES.map((value) => [value, LANGUAGE_NAMES[value]] as const),
        ]}
        chosen={LANGUAGES.find((value) => value === kept(KEYS.language)) ?? ""}
        onChoose={(value) => {
          keep(KEYS.language, value || null);
          location.reload();
        }}
      />
      <h3>{t.settings.keys}</h3>
      <dl>
        <Key names={["n"]} does={t.settings.key.names} />
        <Key names={["/"]} does={t.settings.key.search} />
        <Key names={["1", "–", String(PLACES.length)]} does={t.settings.key.views} />
        <Key names={["?"]} does={t.settings.key.keys} />
        <Key names={["Esc"]} does={t.settings.key.close} />
      </dl>
      <label>
        <input
          type="checkbox"
          checked={keysOn}
          onChange={(event) => {
            keep(KEYS.shortcuts, event.currentTarget.checked ? null : "off");
            setKeysOn(event.currentTarget.checked);
          }}
        />{" "}
        {t.settings.keysOn}
      </label>
      <button type="button" class="button primary" onClick={() => dialog.current?.close()}>
        {t.settings.close}
      </button>
    </dialog>
  );
}

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly choices: readonly (readonly [Value, string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** Buttons, since arrow keys select radio buttons at once. */
function Choice<Value extends string>({ legend, choices, chosen, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {choices.map(([value, words]) => (
        <button
          key={value}
          type="button"
          class="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}

function Key({ names, does }: { names: readonly string[]; does: string }) {
  return (
    <div>
      <dt>{names.map((name) => (name === "–" ? name : <kbd key={name}>{name}</kbd>))}</dt>
      <dd>{does}</dd>
    </div>
  );
}
