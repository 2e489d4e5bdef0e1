import type { ManageApi } from "../../session/manage";
import { Again } from "../Again";
import { useFetched } from "../useFetched";
import { KeySection } from "./KeySection";
import { isOver } from "./KeyTable";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  /** Whether the class accepts student tokens only. */
  readonly studentsOnly: boolean;
}

/** The class keys for notebooks, and the addresses with a path key for clients that cannot set a header. */
export function Keys({ manage, classId, studentsOnly }: Props) {
  const keys = useFetched(classId, 0, () => manage.keys(classId));
  const own = { manage, classId, onChanged: keys.again };
  const inPath = keys.value?.filter((key) => key.inPath) ?? null;
  const isOn = inPath?.some((key) => !isOver(key)) ?? false;
  const refused = studentsOnly && isOn;
  return (
    <>
      <KeySection
        {...own}
        id="keys"
        inPath={false}
        words={m.keys}
        keys={keys.value?.filter((key) => !key.inPath) ?? null}
      >
        {keys.state === "failed" && <Again onClick={keys.again} />}
      </KeySection>
      <KeySection
        {...own}
        id="addresses"
        inPath
        words={{ ...m.addresses, make: isOn ? m.addresses.another : m.addresses.make }}
        warning={m.addresses.warning}
        keys={inPath}
      >
        {refused && <p data-testid="addresses-refused">{m.addresses.refused}</p>}
        {inPath && inPath.length > 0 && !isOn && <p>{m.addresses.none}</p>}
      </KeySection>
    </>
  );
}
