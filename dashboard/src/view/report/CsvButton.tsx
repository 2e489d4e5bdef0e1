import { language } from "../../i18n";
import { csv } from "../../state/csv";
import { saveFile } from "../saveFile";
import * as texts from "./texts";

/** Saves the current content of the screen. */
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
