import { language } from "../../i18n";
import * as texts from "./texts";

export const m = texts[language];
