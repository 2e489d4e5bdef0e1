import { language } from "../../i18n";
import { csv } from "../../state/csv";
import { saveFile } from "../saveFile";
import * as texts from "./texts";

/** Saves what is on the screen, as it is when the button is pressed. */
export function CsvButton({ name, rows }: { name: string; rows: () => readonly (readonly string[])[] }) {
  return (
    <button
      type="button"
      class="button csv"
      onClick={() => saveFile(`${name}.csv`, "text/csv", csv(rows()))}
      data-testid="csv"
    >
      {texts[language].csv}
    </button>
  );
}
