import { useEffect, useState } from "preact/hooks";
import type { ClassLine } from "../generated/api";
import { t } from "../i18n";
import type { Api } from "../session/api";
import type { ManageApi } from "../session/manage";
import { NewClass } from "./NewClass";
import type { Mine } from "./useMine";

interface Props {
  readonly api: Api;
  readonly manage: ManageApi;
  readonly mine: Mine;
  readonly mayCreate: boolean;
  readonly classId: string;
  readonly onChoose: (classId: string) => void;
}

export function ClassPicker({ api, manage, mine, mayCreate, classId, onChoose }: Props) {
  const [making, setMaking] = useState(false);
  const [classes, setClasses] = useState<ClassLine[]>([]);
  useEffect(() => {
    let current = true;
    const look = () =>
      api
        .classes()
        .then((found) => current && setClasses(found.classes))
        // The page already shows that the server is unavailable; keep the list.
        .catch((error: unknown) => console.warn("the list of classes could not be fetched", error));
    void look();
    const timer = setInterval(look, 30_000);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [api]);
  const titles = new Map(mine.classes?.map((own) => [own.classId, own.title]));
  const ids = [...new Set([classId, ...classes.map((found) => found.classId), ...titles.keys()])].sort();
  return (
    <>
      <div class="picker">
        <label for="class">{t.classLabel}</label>
        <select
          id="class"
          value={classId}
          onChange={(event) => onChoose(event.currentTarget.value)}
          data-testid="class"
        >
          {ids.map((id) => (
            <option key={id} value={id}>
              {t.classTitle(id, titles.get(id) ?? "")}
            </option>
          ))}
        </select>
        {mayCreate && (
          <button
            type="button"
            class="button"
            aria-haspopup="dialog"
            title={t.newClass.open}
            aria-label={t.newClass.open}
            onClick={() => setMaking(true)}
          >
            +
          </button>
        )}
      </div>
      {making && (
        <NewClass
          manage={manage}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            void mine.look();
            onChoose(made);
          }}
        />
      )}
    </>
  );
}
