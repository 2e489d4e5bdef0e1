import type { KeyView } from "../../generated/api";
import { dayAndTime } from "../../i18n";
import type { KeyWords } from "./KeySection";
import { m } from "./words";

interface Props {
  readonly keys: readonly KeyView[];
  readonly words: KeyWords;
  readonly onRotate: (key: KeyView) => void;
  readonly onRevoke: (key: KeyView) => void;
  readonly testId: string;
}

/** Keys of one kind, newest first; one that has not ended can be rotated and revoked. */
export function KeyTable({ keys, words, onRotate, onRevoke, testId }: Props) {
  return (
    <div class="wide">
      <table data-testid={testId}>
        <thead>
          <tr>
            <th scope="col">{words.hint}</th>
            <th scope="col">{m.keys.made}</th>
            <th scope="col">{m.keys.expires}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.keyId}>
              <th scope="row">
                <code>…{key.hint}</code>
              </th>
              <td>{key.createdAt ? dayAndTime(Date.parse(key.createdAt)) : ""}</td>
              <td>{endOf(key)}</td>
              <td>
                {!isOver(key) && (
                  <div class="buttons">
                    <button
                      type="button"
                      class="button"
                      aria-label={words.rotateOf(key.hint)}
                      onClick={() => onRotate(key)}
                    >
                      {m.keys.rotate}
                    </button>
                    <button
                      type="button"
                      class="button"
                      aria-label={words.revokeOf(key.hint)}
                      onClick={() => onRevoke(key)}
                    >
                      {m.keys.revoke}
                    </button>
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function isOver(key: KeyView): boolean {
  return Boolean(key.revokedAt) || (key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now());
}

function endOf(key: KeyView): string {
  if (key.revokedAt) return `${m.keys.revoked} (${dayAndTime(Date.parse(key.revokedAt))})`;
  if (key.expiresAt === null) return m.keys.never;
  const time = dayAndTime(Date.parse(key.expiresAt));
  return isOver(key) ? `${m.keys.ended} (${time})` : time;
}
