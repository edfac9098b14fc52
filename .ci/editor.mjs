// What an editor shows: yaml-language-server, as editors start it, is given whole bots with the schemas that botkit has made for them.
//
//   node .ci/editor.mjs SERVER BOT...     SERVER: yaml-language-server/bin/yaml-language-server; BOT: a folder after botkit schema --vscode
//
// No file of a bot may have a diagnostic; seeded mistakes must have one, in their line; steps, keys and types must be completed and explained.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

class Editor {
  constructor(server, folder) {
    this.folder = resolve(folder);
    this.settings = JSON.parse(readFileSync(join(folder, ".vscode/settings.json"), "utf8"));
    this.next = 0;
    this.answers = new Map();
    this.diagnosed = new Map();
    this.versions = new Map();
    this.rest = Buffer.alloc(0);
    this.process = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.process.stdout.on("data", (data) => this.read(data));
  }

  send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.process.stdin.write(body);
  }

  notify(method, params) {
    this.send({ method, params });
  }

  ask(method, params) {
    const id = ++this.next;
    this.send({ id, method, params });
    return new Promise((tell) => this.answers.set(id, tell));
  }

  read(data) {
    this.rest = Buffer.concat([this.rest, data]);
    for (;;) {
      const end = this.rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.rest.subarray(0, end).toString())[1]);
      if (this.rest.length < end + 4 + length) return;
      const message = JSON.parse(this.rest.subarray(end + 4, end + 4 + length).toString());
      this.rest = this.rest.subarray(end + 4 + length);
      this.take(message);
    }
  }

  take(message) {
    if (message.method === "workspace/configuration") {
      const yaml = { schemas: this.settings["yaml.schemas"], validate: true, hover: true, completion: true, schemaStore: { enable: false } };
      this.send({ id: message.id, result: message.params.items.map((item) => (item.section === "yaml" ? yaml : null)) });
    } else if (message.method === "textDocument/publishDiagnostics") {
      const tell = this.diagnosed.get(message.params.uri);
      if (tell) tell(message.params.diagnostics);
    } else if (message.id !== undefined && message.method === undefined) {
      if (message.error) throw new Error(JSON.stringify(message.error));
      this.answers.get(message.id)(message.result);
      this.answers.delete(message.id);
    } else if (message.id !== undefined) {
      this.send({ id: message.id, result: null });
    }
  }

  async start() {
    const folder = pathToFileURL(this.folder).href;
    const workspace = { configuration: true, workspaceFolders: true, didChangeConfiguration: { dynamicRegistration: true } };
    const textDocument = { completion: { completionItem: { documentationFormat: ["markdown"], snippetSupport: true } }, hover: {}, publishDiagnostics: {} };
    await this.ask("initialize", {
      processId: process.pid, rootUri: folder, capabilities: { workspace, textDocument }, workspaceFolders: [{ uri: folder, name: "bot" }],
    });
    this.notify("initialized", {});
    this.notify("workspace/didChangeConfiguration", { settings: { yaml: {} } });
  }

  // The diagnostics of *text* as the file *name*.
  async open(name, text) {
    const uri = pathToFileURL(join(this.folder, name)).href;
    const version = (this.versions.get(name) ?? 0) + 1;
    const told = new Promise((tell) => this.diagnosed.set(uri, tell));
    this.versions.set(name, version);
    if (version === 1) this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version, text } });
    else this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    const found = await told;
    this.diagnosed.delete(uri);
    return found;
  }

  // What is asked of the place marked by | in *text*.
  async at(method, name, text) {
    const mark = text.lastIndexOf("|");
    const before = text.slice(0, mark).split("\n");
    await this.open(name, text.slice(0, mark) + text.slice(mark + 1));
    const uri = pathToFileURL(join(this.folder, name)).href;
    return this.ask(method, { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1).length } });
  }

  async complete(name, text) {
    const answer = await this.at("textDocument/completion", name, text);
    return (answer.items ?? answer).map((item) => item.label);
  }

  async hover(name, text) {
    const answer = await this.at("textDocument/hover", name, text);
    return JSON.stringify(answer?.contents ?? "");
  }
}

const faults = [];
let seen = 0;
const demand = (holds, told) => {
  seen++;
  if (!holds) faults.push(told);
};
const yaml = (folder, inner, end) => (existsSync(join(folder, inner)) ? readdirSync(join(folder, inner)).filter((n) => n.endsWith(end)).map((n) => join(inner, n)) : []);

const [server, ...bots] = process.argv.slice(2);
await Promise.all(bots.map(async (bot) => {
  const editor = new Editor(server, bot);
  await editor.start();
  const flows = yaml(bot, "flows", ".yaml");
  const files = ["botkit.yaml", ...flows, ...yaml(bot, "templates", ".yaml"), ...yaml(bot, "locales", ".yaml"), ...yaml(bot, "tests", ".test.yaml")];
  await Promise.all(files.map(async (name) => {
    const found = await editor.open(name, readFileSync(join(bot, name), "utf8"));
    demand(found.length === 0, `${bot}/${name}: ${found.map((one) => `${one.range.start.line + 1}: ${one.message}`).join("; ")}`);
  }));
  await Promise.all(flows.map(async (name) => {
    const text = readFileSync(join(bot, name), "utf8").trimEnd() + "\n";
    const line = text.split("\n").length;
    for (const [what, row] of [["no such step", "    go: no_such_step_here"], ["no such key", "    sya: Hello."]]) {
      const found = await editor.open(name, `${text}  a_seeded_step:\n${row}\n`);
      demand(found.length === 1 && found[0].range.start.line === line, `${bot}/${name}: ${what}: ${JSON.stringify(found.map((d) => d.message))}`);
    }
    const steps = [...text.slice(text.indexOf("\nsteps:")).matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]);
    const offered = await editor.complete(name, `${text}  a_seeded_step:\n    go: |`);
    demand(steps.every((step) => offered.includes(step)), `${bot}/${name}: of ${steps} these are offered: ${offered}`);
    demand(offered.includes("end") && offered.includes("quit"), `${bot}/${name}: end and quit are not offered: ${offered}`);
    const keys = await editor.complete(name, `${text}  a_seeded_step:\n    |`);
    demand(["say", "ask", "options", "run", "wait", "go"].every((key) => keys.includes(key)), `${bot}/${name}: keys: ${keys}`);
    const types = await editor.complete(name, `${text}  a_seeded_step:\n    ask:\n      x: |`);
    demand(["text", "date", "phone"].every((type) => types.includes(type)), `${bot}/${name}: types: ${types}`);
    const told = await editor.hover(name, `${text}  a_seeded_step:\n    g|o: end\n`);
    demand(told.includes("where next"), `${bot}/${name}: go is explained by ${told}`);
  }));
  const start = await editor.complete("botkit.yaml", "botkit: 1\nstart: |");
  demand(flows.every((name) => start.includes(name.slice(6, -5))), `${bot}: flows: ${start}`);
  editor.process.kill();
}));
for (const fault of faults) console.error(fault);
console.log(`${seen} looks, ${faults.length} faults`);
process.exit(faults.length || !seen ? 1 : 0);
