import { useState } from "preact/hooks";
import type { KeyView, NewKey } from "../../generated/api";
import { dayAndTime } from "../../i18n";
import type { ManageApi } from "../../session/manage";
import { Again } from "../Again";
import { Problem } from "../Problem";
import { useFetched } from "../useFetched";
import { useSaving } from "../useSaving";
import { Confirm } from "./Confirm";
import { endingAt } from "./endingAt";
import { FreshKey } from "./FreshKey";
import { Rotate } from "./Rotate";
import { m } from "./words";

/** The class keys for notebooks. */
export function Keys({ manage, classId }: { manage: ManageApi; classId: string }) {
  const keys = useFetched(classId, 0, () => manage.keys(classId));
  const [until, setUntil] = useState("");
  const [fresh, setFresh] = useState<NewKey | null>(null);
  const [rotating, setRotating] = useState<KeyView | null>(null);
  const [revoking, setRevoking] = useState<KeyView | null>(null);
  const { busy, problem, save } = useSaving();
  const make = async (wish: Parameters<ManageApi["makeKey"]>[1]) => {
    setFresh(await manage.makeKey(classId, wish));
    keys.again();
  };
  return (
    <section aria-labelledby="keys">
      <h3 id="keys">{m.keys.heading}</h3>
      <p class="soft">{m.keys.explain}</p>
      {keys.state === "failed" && <Again onClick={keys.again} />}
      {fresh && <FreshKey key={fresh.keyId} made={fresh} onDone={() => setFresh(null)} />}
      {keys.value?.length === 0 && <p>{m.keys.none}</p>}
      {keys.value && keys.value.length > 0 && (
        <div class="wide">
          <table data-testid="keys">
            <thead>
              <tr>
                <th scope="col">{m.keys.hint}</th>
                <th scope="col">{m.keys.made}</th>
                <th scope="col">{m.keys.expires}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {keys.value.map((key) => (
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
                          aria-label={m.keys.rotateOf(key.hint)}
                          onClick={() => setRotating(key)}
                        >
                          {m.keys.rotate}
                        </button>
                        <button
                          type="button"
                          class="button"
                          aria-label={m.keys.revokeOf(key.hint)}
                          onClick={() => setRevoking(key)}
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
      )}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void save(() => make(endingAt(until)));
        }}
      >
        <label>
          {m.keys.until}
          <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button primary" aria-disabled={busy} data-testid="make-key">
          {m.keys.make}
        </button>
        <Problem text={problem} />
      </form>
      {rotating && (
        <Rotate
          hint={rotating.hint}
          onClose={() => setRotating(null)}
          onRotate={(wish) => make({ replaces: rotating.keyId, ...wish })}
        />
      )}
      {revoking && (
        <Confirm
          heading={m.keys.revokeOf(revoking.hint)}
          explain={m.keys.revoking}
          onClose={() => setRevoking(null)}
          onConfirm={async () => {
            await manage.revokeKey(classId, revoking.keyId);
            keys.again();
          }}
        />
      )}
    </section>
  );
}

function isOver(key: KeyView): boolean {
  return Boolean(key.revokedAt) || (key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now());
}

function endOf(key: KeyView): string {
  if (key.revokedAt) return `${m.keys.revoked} (${dayAndTime(Date.parse(key.revokedAt))})`;
  if (key.expiresAt === null) return m.keys.never;
  const time = dayAndTime(Date.parse(key.expiresAt));
  return isOver(key) ? `${m.keys.ended} (${time})` : time;
}
