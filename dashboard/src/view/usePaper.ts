import { useEffect } from "preact/hooks";
import { showTheme } from "./theme";

/** Switches the page and its charts to light colours while printing. */
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
