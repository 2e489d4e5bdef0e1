import { render } from "preact";
import { App } from "./app";
import { language } from "./i18n";
import "./styles.css";
import { followTheme } from "./view/theme";

document.documentElement.lang = language;
followTheme();
const page = document.getElementById("app");
if (page) render(<App />, page);
