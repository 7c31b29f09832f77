// Liquid templates with the placeholders of external integrations: plain text, JSON or XML by the template's first character.
// Nothing is read from files, and no output leaves without being escaped for the place it stands in.
import { type Context, type FS, Liquid, type Template, Value } from "liquidjs";
import type { RenderInput } from "../../ports.ts";
import { bounded, endingOf, failed, isMemory, stopped } from "../ending.ts";
import { type BodyLanguage, type ChooseApi, type LanguageLimits, MOST_SOURCE } from "../language.ts";
import { holdsMarks } from "../marks.ts";
import { type LiquidSource, PLACEHOLDER_FILTER, PLACEHOLDER_SCOPE, placeholderValue, toLiquid } from "../placeholders.ts";
import { translate } from "../tables.ts";
import { weave } from "../weave.ts";
import { asJson, asXml, Capture, outputOf, placed } from "./liquid-values.ts";

/** Units of liquid's own count of what filters and loops allocate. */
const MOST_MEMORY = 10_000_000;
/** Tags that read other templates, or write HTML of their own. */
const REMOVED_TAGS = ["include", "render", "layout", "block", "tablerow"];

/** Where filters find what belongs to the run; no template can name it. */
const RUN = Symbol("run");

interface Run {
  input: RenderInput;
  chooseApi: ChooseApi;
  template: LiquidSource;
}

export const liquidLanguage: BodyLanguage = {
  name: "liquid",
  compile(source, limits) {
    if (source.length > MOST_SOURCE) throw failed(`The template has more than ${MOST_SOURCE} characters.`);
    if (holdsMarks(source)) throw failed("The template holds characters that Unicode keeps from texts (U+FDD0, U+FDD1).");
    const template = toLiquid(source);
    engine ??= createEngine();
    const parsed = attempt(() => (engine as Liquid).parse(template.source));
    return { run: async (input, chooseApi) => attempt(() => render(parsed, { input, template, chooseApi }, limits)) };
  },
};

let engine: Liquid | undefined;

function render(parsed: Template[], run: Run, { timeMs }: LanguageLimits): unknown {
  const output = (engine as Liquid).renderSync(parsed, scopeOf(run), { renderLimit: timeMs, memoryLimit: MOST_MEMORY });
  return weave(String(output));
}

function scopeOf(run: Run): object {
  const { event, task, ticket, message, props, secrets, formFields, values } = run.input;
  const scope = { event, task, ticket, message, props, secrets, formFields, values, [RUN]: run };
  Object.defineProperty(scope, "appFields", { get: () => run.input.appFields, enumerable: true });
  if (run.template.inside.length > 0) Object.defineProperty(scope, PLACEHOLDER_SCOPE, { value: variablesOf(run) });
  return scope;
}

/** Placeholders inside tags as variables; one that is not reached may be unknown. */
function variablesOf({ input, template }: Run): object {
  const variables = {};
  for (const number of template.inside) {
    const placeholder = template.placeholders[number];
    if (placeholder) Object.defineProperty(variables, number, { get: () => placeholderValue(placeholder, input) });
  }
  return variables;
}

function runOf(context: Context): Run {
  return (context.environments as { [RUN]: Run })[RUN];
}

function createEngine(): Liquid {
  const made = new Liquid({
    fs: NO_FILES,
    relativeReference: false,
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    timezoneOffset: 0,
    locale: "en-US",
    parseLimit: 16 * MOST_SOURCE,
    outputEscape: outputOf,
  });
  for (const name of REMOVED_TAGS) delete made.tags[name];
  // It would let a value out without escaping.
  delete made.filters["raw"];
  made.registerTag("capture", Capture);
  made.registerTag("stop", endingTag(stopped));
  made.registerTag("error", endingTag(failed));
  made.registerTag("api", API_TAG);
  made.registerFilter("json", asJson);
  for (const name of ["xml", "escape", "escape_once", "xml_escape"]) made.registerFilter(name, asXml);
  made.registerFilter("theirs", function (word: unknown, table: unknown, otherwise: unknown) {
    return translate(runOf(this.context).input.values, false, [table, word, otherwise]);
  });
  made.registerFilter("ours", function (word: unknown, table: unknown, otherwise: unknown) {
    return translate(runOf(this.context).input.values, true, [table, word, otherwise]);
  });
  made.registerFilter(PLACEHOLDER_FILTER, function (number: number) {
    const { template, input } = runOf(this.context);
    const placeholder = template.placeholders[number];
    return placeholder && placed(placeholderValue(placeholder, input), placeholder.json);
  });
  return made;
}

/** `{% stop "words" %}` and `{% error "words" %}`: what follows the name is a value, filters and all. */
function endingTag(end: (message: string) => Error): Parameters<Liquid["registerTag"]>[1] {
  return {
    parse(token) {
      this["value"] = new Value(token.args, this.liquid);
    },
    *render(context) {
      const message: unknown = yield this["value"].value(context, false);
      throw end(String(message ?? ""));
    },
  };
}

/** `{% api "name" %}`: the API definition to which the result goes. */
const API_TAG: Parameters<Liquid["registerTag"]>[1] = {
  parse(token) {
    this["value"] = new Value(token.args, this.liquid);
  },
  *render(context) {
    const name: unknown = yield this["value"].value(context, false);
    if (typeof name !== "string") throw failed("{% api %} takes the name of an API definition.");
    runOf(context).chooseApi(name);
  },
};

function refuse(): never {
  throw failed("Templates cannot read files.");
}

const NO_FILES: FS = {
  exists: async () => false,
  existsSync: () => false,
  readFile: refuse,
  readFileSync: refuse,
  resolve: refuse,
};

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (endingOf(error) !== null) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/template render limit/.test(message)) throw failed("The template ran longer than its time limit.", "time");
    if (isMemory(message)) throw failed("The template makes more than memory allows.", "memory");
    if (/call stack/i.test(message)) throw failed("The template is nested too deep.");
    throw failed(bounded(message));
  }
}
