import { compilePath } from "../expression/path.ts";
import { parseForm } from "../formats/form.ts";
import { parseJson } from "../formats/json.ts";
import { parseXml } from "../formats/xml.ts";
import { ofWords, onText, onValue, type PipeTable, textOf } from "./pipe.ts";

export const DOCUMENTS: PipeTable = {
  parse_json: onText(parseJson),
  parse_xml: onText(parseXml),
  parse_form: onText(parseForm),
  "at PATH": ofWords(([path = ""]) => {
    const find = compilePath(path);
    return (value) => find(value);
  }),
  string: onValue(textOf),
};
