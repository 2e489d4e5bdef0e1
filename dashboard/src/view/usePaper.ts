import { useEffect } from "preact/hooks";
import { showTheme } from "./theme";

/** Paper is white: while it is printed, the page and its charts have the light colours. */
export function usePaper(): void {
  useEffect(() => {
    const onPrint = () => {
      document.documentElement.dataset.theme = "light";
    };
    addEventListener("beforeprint", onPrint);
    addEventListener("afterprint", showTheme);
    return () => {
      removeEventListener("beforeprint", onPrint);
      removeEventListener("afterprint", showTheme);
      showTheme();
    };
  }, []);
}
