import { useCallback, useEffect, useRef, useState } from "preact/hooks";

type Track = <Value>(answer: Promise<Value>) => Promise<Value>;

/**
 * Follows `wanted`, but never while a tracked answer is pending: a dragged slider requests its latest position, not
 * every minute on the way, and a slow answer is still shown.
 */
export function useOneAtATime(wanted: number): readonly [number, Track] {
  const [version, setVersion] = useState(wanted);
  const [answered, setAnswered] = useState(0);
  const open = useRef(0);
  useEffect(() => {
    if (open.current === 0) setVersion(wanted);
  }, [wanted, answered]);
  const track = useCallback<Track>((answer) => {
    open.current += 1;
    return answer.finally(() => {
      open.current -= 1;
      setAnswered((before) => before + 1);
    });
  }, []);
  return [version, track];
}
