import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  choiceSettings,
  commandIds,
  contextKeys,
  contextLists,
  itemWords,
  languageIds,
  settingKeys,
  viewContainerId,
  viewIds,
} from "../../client/src/manifest.ts";
import { finalStates, serverCommands } from "../../server/src/protocol.ts";
import { serverSettingKeys } from "../../server/src/settings/settings.ts";
import { defaultNetworkFiles } from "../../server/src/workspace/networkGlobs.ts";
import { projectDir } from "../support/fixtures.ts";

// Manifest, code and docs name the same things.

const read = (name: string) => readFileSync(path.join(projectDir, name), "utf8");
const manifest = JSON.parse(read("package.json"));
const { contributes } = manifest;
const texts: Record<string, string> = JSON.parse(read("package.nls.json"));
// The formatter pads tables.
const readme = read("README.md").replaceAll(/ +\|/g, " |");
const sorted = (names: Iterable<string>) => [...names].toSorted();
const contributedCommands: string[] = contributes.commands.map(({ command }: { command: string }) => command);

test("the commands of the manifest are those of the code", () => {
  assert.deepEqual(sorted(contributedCommands), sorted(Object.values(commandIds)));
});

test("the server's own commands are not contributed: vscode-languageclient registers them", () => {
  assert.deepEqual(
    contributedCommands.filter(command => (serverCommands as readonly string[]).includes(command)),
    [],
  );
});

test("menus name commands that exist", () => {
  const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].flatMap(
    item => (item as { command?: string }).command ?? [],
  );
  assert.deepEqual(
    named.filter(command => !contributedCommands.includes(command) && command !== "editor.action.openLink"),
    [],
  );
});

test("the settings of the manifest are those of client and server", () => {
  const properties = contributes.configuration.properties;
  assert.deepEqual(sorted(Object.keys(properties)), sorted(Object.values(settingKeys)));
  for (const key of serverSettingKeys) assert.ok(`morph.${key}` in properties, key);
  assert.deepEqual(properties[settingKeys.networkFiles].default, defaultNetworkFiles);
});

test("what can run a program of a workspace's choosing is restricted in one that is not trusted", () => {
  const restricted = manifest.capabilities.untrustedWorkspaces;
  assert.equal(restricted.supported, "limited");
  assert.deepEqual(sorted(restricted.restrictedConfigurations), [
    settingKeys.builders,
    settingKeys.caches,
    settingKeys.environment,
    settingKeys.evaluator,
    settingKeys.hydraProject,
    settingKeys.hydraUrl,
    settingKeys.nixBinDir,
  ]);
});

test("the views and languages of the manifest are those of the code", () => {
  assert.deepEqual(
    contributes.views[viewContainerId].map(({ id }: { id: string }) => id),
    Object.values(viewIds),
  );
  assert.deepEqual(
    contributes.languages.map(({ id }: { id: string }) => id),
    Object.values(languageIds),
  );
});

test("the choices of a setting are those that the client knows, and its default is one of them", () => {
  for (const { key, values, byDefault } of Object.values(choiceSettings)) {
    const property = contributes.configuration.properties[key];
    assert.deepEqual(property.enum, values, key);
    assert.equal(property.default, byDefault, key);
  }
});

test("the palette offers a command only where it can work", () => {
  const always = ["copyDiagnostics", "openSettings", "restartServer", "showBuilds", "showOutput", "showStatus"];
  const limited = contributes.menus.commandPalette.map(({ command }: { command: string }) => command);
  assert.deepEqual(sorted(new Set(limited)), sorted(limited));
  assert.deepEqual(
    sorted(contributedCommands.filter(command => !limited.includes(command))),
    always.map(name => `morph.${name}`),
  );
});

test("submenus have entries and stand in a menu", () => {
  const ids = contributes.submenus.map(({ id }: { id: string }) => id);
  const shown = Object.values(contributes.menus).flatMap(items =>
    (items as { submenu?: string }[]).flatMap(({ submenu }) => submenu ?? []),
  );
  assert.deepEqual(sorted(new Set(shown)), sorted(ids));
  for (const id of ids) assert.ok(contributes.menus[id].length > 0, id);
});

/** Every `when` clause of menus, keybindings and welcome texts. */
const clauses: readonly string[] = [
  ...Object.values(contributes.menus),
  contributes.keybindings,
  contributes.viewsWelcome,
]
  .flat()
  .flatMap(item => (item as { when?: string }).when ?? []);

test("every context key of a when clause is set by the code, to what it is compared with, and the other way round", () => {
  const known = new Map(Object.values(contextKeys).map(({ key, values }) => [key as string, values.map(String)]));
  const ids: readonly string[] = [...Object.values(viewIds), ...contributedCommands];
  const used = new Set<string>();
  for (const clause of clauses) {
    // `view == morph.builds` names a view.
    for (const [, key = "", operator, value = ""] of clause.matchAll(
      /(?<!(?:[vV]iew ==|in) )\b(morph\.\w+)(?: (==|!=|=~) (\/[^/]*\/|\w+))?/g,
    )) {
      const values = known.get(key);
      assert.ok(values !== undefined || ids.includes(key), `${clause}: ${key}`);
      used.add(key);
      const compared = operator === undefined ? ["true"] : value.replaceAll("/", "").split("|");
      for (const each of compared) assert.ok(values?.includes(each), `${clause}: ${key} is never ${each}`);
    }
  }
  assert.deepEqual(sorted(used), sorted(known.keys()));
});

test("every list of a when clause is set by the code, and the other way round", () => {
  const used = clauses.flatMap(clause =>
    [...clause.matchAll(/resourcePath in (morph\.\w+)/g)].map(([, key]) => key ?? ""),
  );
  assert.deepEqual(sorted(new Set(used)), sorted(Object.values(contextLists)));
});

interface Keybinding {
  readonly command: string;
  readonly key: string;
  readonly mac?: string;
  readonly when?: string;
}

const keybindings: readonly Keybinding[] = contributes.keybindings;

test("every keybinding works only in a network file, in a page of ours or in one of our views", () => {
  const places =
    /\beditorTextFocus && (?:resourcePath in |resourceScheme =~ .*\bmorph-)|\bfocusedView == morph\.\w+ && listFocus/;
  for (const { command, when = "" } of keybindings) assert.match(when, places, command);
});

/** The keys of VS Code 1.139's default keybindings on a system, as its command "Open Default Keyboard Shortcuts (JSON)" lists them. */
function defaultKeys(system: "linux" | "windows" | "mac"): readonly string[] {
  return read(`test/fixtures/keybindings/${system}.txt`).trim().split("\n").map(normalKey);
}

/** The modifiers of each stroke in one order. */
function normalKey(key: string): string {
  const strokes = key.split(" ").map(stroke => stroke.split("+"));
  return strokes.map(parts => [...parts.slice(0, -1).toSorted(), ...parts.slice(-1)].join("+")).join(" ");
}

test("no keybinding in an editor hides one of VS Code's, and none of those is the first stroke of ours", () => {
  for (const system of ["linux", "windows", "mac"] as const) {
    const defaults = defaultKeys(system);
    for (const { command, key, mac, when = "" } of keybindings) {
      // In a page, which is read-only, Enter would do nothing.
      if (!when.includes("editorTextFocus") || when.includes("resourceScheme")) continue;
      const own = normalKey(system === "mac" ? (mac ?? key) : key);
      const [first = ""] = own.split(" ");
      const hidden = defaults.filter(each => each === own || each === first || each.startsWith(`${own} `));
      assert.deepEqual(hidden, [], `${command} on ${system}`);
    }
  }
});

test("no two keybindings of the same place have the same key", () => {
  const keys = keybindings.map(({ key, when }) => `${normalKey(key)} ${when}`);
  assert.deepEqual(sorted(new Set(keys)), sorted(keys));
});

test("the README names every keybinding", () => {
  for (const { key } of keybindings) assert.ok(readme.toLowerCase().includes(`| \`${key}\` |`), key);
});

test("an icon of a command means one thing, and the play icon builds", () => {
  const meanings: Readonly<Record<string, RegExp>> = {
    "$(play)": /^morph\.(?:build(?:Machine|Again)|pickAndBuild|retryFailed)$/,
    "$(run-all)": /^morph\.buildAll/,
    "$(beaker)": /^morph\.evaluate/,
    "$(debug-stop)": /^morph\.cancelB/,
    "$(trash)": /^morph\.remove/,
    "$(copy)": /^morph\.copy(?:StorePath|MachineLine)$/,
    "$(pulse)": /^morph\.checkBuilders?$/,
    "$(go-to-file)": /^morph\.(?:revealMachine|openBuilder)$/,
  };
  const commands: readonly { command: string; icon?: string }[] = contributes.commands;
  for (const [icon, meaning] of Object.entries(meanings))
    assert.deepEqual(
      commands.filter(command => command.icon === icon).map(({ command }) => command),
      commands.map(({ command }) => command).filter(command => meaning.test(command)),
    );
  const others = commands.flatMap(({ icon = "$(play)" }) => (icon in meanings ? [] : icon));
  assert.deepEqual(sorted(new Set(others)), sorted(others));
});

test("every word that a menu looks for is one that a row can have, and the other way round", () => {
  const kinds = ["batch", "build", "builder", "cache", "network", "problem"];
  const used = new Set(
    clauses.flatMap(clause => {
      const [, pattern = ""] = /viewItem =~ \/(.*?)\/(?: |$)/.exec(clause) ?? [];
      return pattern.replaceAll("\\b", " ").match(/\w+/g) ?? [];
    }),
  );
  assert.deepEqual(sorted(used), sorted([...kinds, ...Object.values(itemWords)]));
});

test("every text that the manifest refers to is there, and no other", () => {
  const referred = new Set([...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key]) => key ?? ""));
  assert.deepEqual(sorted(referred), sorted(Object.keys(texts)));
});

test("the README names every command by its title and every setting", () => {
  for (const { title, category } of contributes.commands) {
    const name = `${category}: ${texts[title.slice(1, -1)]}`;
    assert.ok(readme.includes(`| ${name} |`), name);
  }
  for (const key of Object.values(settingKeys)) assert.ok(readme.includes(`| \`${key}\` |`), key);
});

test("the changelog tells of the version", () => {
  assert.ok(read("CHANGELOG.md").includes(`## ${manifest.version}\n`));
});

test("a build that can still change is in no final state", () => {
  for (const state of ["evaluating", "queued", "building", "reconnecting", "checking"] as const)
    assert.ok(!finalStates.has(state));
});
