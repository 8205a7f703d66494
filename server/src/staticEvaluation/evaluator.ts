import path from "node:path";
import { URI } from "vscode-uri";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../syntax/document.ts";
import { ancestorsOf, childrenOf } from "../syntax/nodes.ts";
import { globalNames } from "./functions/globals.ts";
import type { FunctionHost } from "./functions/host.ts";
import { nixpkgsLibrary } from "./functions/library.ts";
import {
  type Attributes,
  attributesOf,
  bindingNodes,
  segmentName,
  type Written,
  writtenIn,
} from "./values/bindings.ts";
import { Budget, type Limits } from "./values/budget.ts";
import { negated, operate } from "./values/operators.ts";
import { lookup, type Scope } from "./values/scope.ts";
import type { Source, Sources } from "./values/sources.ts";
import { absolutePath, interpolated, unindented } from "./values/strings.ts";
import { flakePackages } from "./values/unread.ts";
import {
  type Attribute,
  apply,
  bool,
  type Formals,
  type FunctionValue,
  known,
  lazy,
  list,
  number,
  type SetValue,
  select,
  set,
  string,
  type Thunk,
  unknown,
  type Value,
} from "./values/value.ts";

/**
 * Evaluates Nix as far as the text alone allows: everything else is `unknown`. It is pure given the sources, and bounded. Use
 * one evaluator for one reading of a network; its values must not outlive the documents' trees.
 */
export class Evaluator implements FunctionHost {
  readonly budget: Budget;
  readonly sources: Sources;
  /** The parts of nixpkgs' library that networks use. */
  readonly library: SetValue;
  readonly #files = new Map<string, Value>();
  readonly #globals: Scope;

  constructor(sources: Sources, limits?: Limits) {
    this.sources = sources;
    this.budget = new Budget(limits);
    this.library = nixpkgsLibrary(this);
    this.#globals = { names: globalNames(this) };
  }

  /** The value of a whole document. @param focus restricts a set to some of its bindings. */
  document(document: NixDocument, focus?: Focus): Value {
    const expression = document.root.childForFieldName("expression") ?? childrenOf(document.root)[0];
    return expression === undefined ? unknown : new Text(this, document, focus).evaluate(expression, this.#globals);
  }

  /**
   * The value of an expression anywhere in a document, in the scope of what encloses it. The arguments of enclosing functions are
   * unknown, except for nixpkgs' library.
   */
  expression(document: NixDocument, node: Node): Value {
    return new Text(this, document, undefined).evaluateInside(node, this.#globals);
  }

  /** `import` of a file, or of a folder's `default.nix`. A file that imports itself is unknown. */
  file(file: string): Value {
    const cached = this.#files.get(file);
    if (cached !== undefined) return cached;
    const source = this.sources.at(file);
    if (source === undefined || source.kind === "missing" || source.kind === "text") return unknown;
    this.#files.set(file, unknown);
    const value =
      source.kind === "folder" ? this.file(path.posix.join(file, "default.nix")) : this.document(source.document);
    this.#files.set(file, value);
    return value;
  }

  source(file: string): Source | undefined {
    return this.sources.at(file);
  }
}

/** A set of which only some bindings are evaluated. */
export interface Focus {
  /** Offset at which the set begins. */
  readonly start: number;
  readonly bindings: readonly Node[];
}

/** The expressions of one document. */
class Text {
  readonly #evaluator: Evaluator;
  readonly #document: NixDocument;
  readonly #folder: string;
  readonly #focus: Focus | undefined;
  /**
   * Start of a set or a `let`, which is unique -> its bindings, once it has been evaluated twice: the nodes of sets that are
   * evaluated only once, such as a thousand machines, can be garbage-collected.
   */
  readonly #written = new Map<number, readonly Written[] | undefined>();

  constructor(evaluator: Evaluator, document: NixDocument, focus: Focus | undefined) {
    this.#evaluator = evaluator;
    this.#focus = focus;
    this.#document = document;
    this.#folder = path.posix.dirname(URI.parse(document.uri).fsPath);
  }

  readonly evaluate = (node: Node, scope: Scope): Value =>
    this.#evaluator.budget.step(() => this.#evaluate(node, scope), unknown);

  /** Evaluates a node in the scope of its ancestors. @param globals the scope of the document. */
  evaluateInside(node: Node, globals: Scope): Value {
    const around = ancestorsOf(node).reverse();
    return this.#evaluator.budget.guard(() => {
      const scope = around.reduce(
        (outer, owner, index) => this.#scopeInside(owner, around[index + 1] ?? node, outer),
        globals,
      );
      return this.evaluate(node, scope);
    }, unknown);
  }

  #scopeInside(owner: Node, inner: Node, scope: Scope): Scope {
    const isBody = owner.childForFieldName("body")?.id === inner.id;
    switch (owner.type) {
      case "let_expression":
      case "rec_attrset_expression":
      case "let_attrset_expression":
        return this.#recursive(owner, scope).inner;
      case "with_expression":
        return isBody ? { parent: scope, with: this.#thunk(owner, "environment", scope) } : scope;
      case "function_expression":
        return isBody ? { parent: scope, names: this.#unknownArguments(owner) } : scope;
      default:
        return scope;
    }
  }

  #unknownArguments(lambda: Node): Map<string, Thunk> {
    const formals = lambda.childForFieldName("formals")?.namedChildren ?? [];
    const names = [
      lambda.childForFieldName("universal")?.text,
      ...formals.map(formal => formal.childForFieldName("name")?.text),
    ];
    return new Map(
      names.flatMap(name =>
        name === undefined ? [] : [[name, known(name === "lib" ? this.#evaluator.library : unknown)]],
      ),
    );
  }

  #evaluate(node: Node, scope: Scope): Value {
    const field = (name: string) => this.#field(node, name, scope);
    switch (node.type) {
      case "parenthesized_expression":
        return field("expression");
      case "variable_expression":
        return lookup(scope, node.text);
      case "integer_expression":
      case "float_expression":
        return number(Number(node.text));
      case "string_expression":
      case "indented_string_expression":
        return this.#string(node, scope);
      case "uri_expression":
        return string(node.text, this.#origin(node));
      case "path_expression": {
        const text = interpolated(node, scope, this.evaluate, this.#evaluator.budget);
        return text === undefined ? unknown : absolutePath(text, this.#folder, this.#origin(node));
      }
      case "spath_expression":
        return { kind: "searchPath", name: node.text.slice(1, -1) };
      case "list_expression":
        return this.#list(node, scope);
      case "attrset_expression":
        return this.#set(node, () => scope, scope);
      case "rec_attrset_expression":
        return this.#recursiveSet(node, scope);
      case "let_attrset_expression":
        return select(this.#recursiveSet(node, scope), "body") ?? unknown;
      case "let_expression":
        return this.#let(node, scope);
      case "with_expression":
        return this.#field(node, "body", { parent: scope, with: lazy(() => field("environment")) });
      case "assert_expression":
        return field("body");
      case "if_expression": {
        const condition = field("condition");
        return condition.kind === "bool" ? field(condition.value ? "consequence" : "alternative") : unknown;
      }
      case "function_expression":
        return functionOf(node, argument => this.#call(node, argument, scope));
      case "apply_expression":
        return this.#apply(node, scope);
      case "select_expression":
        return this.#select(node, scope);
      case "has_attr_expression":
        return this.#has(node, scope);
      case "binary_expression":
        return operate(
          node.childForFieldName("operator")?.type ?? "",
          lazy(() => field("left")),
          lazy(() => field("right")),
          this.#evaluator.budget,
        );
      case "unary_expression":
        return negated(node.childForFieldName("operator")?.type ?? "", field("argument"));
      default:
        return unknown;
    }
  }

  #origin(node: Node) {
    return { document: this.#document, start: node.startIndex, end: node.endIndex };
  }

  #field(node: Node, name: string, scope: Scope): Value {
    const child = node.childForFieldName(name);
    return child === null ? unknown : this.evaluate(child, scope);
  }

  #thunk(node: Node, name: string, scope: Scope): Thunk {
    const child = node.childForFieldName(name);
    return child === null ? known(unknown) : lazy(() => this.evaluate(child, scope));
  }

  #string(node: Node, scope: Scope): Value {
    const text = interpolated(node, scope, this.evaluate, this.#evaluator.budget);
    if (text === undefined) return unknown;
    return string(node.type === "string_expression" ? text : unindented(text), this.#origin(node));
  }

  #list(node: Node, scope: Scope): Value {
    const items = childrenOf(node);
    return this.#evaluator.budget.makeItems(items.length)
      ? list(items.map(item => lazy(() => this.evaluate(item, scope))))
      : unknown;
  }

  #set(node: Node, inner: () => Scope, outer: Scope): Value {
    const { attributes, complete } = this.#attributes(node, inner, outer);
    return set(attributes, complete);
  }

  #attributes(owner: Node, inner: () => Scope, outer: Scope): Attributes {
    return attributesOf(this.#writtenIn(owner), this.evaluate, inner, outer, this.#evaluator.budget);
  }

  /** The bindings of a set or a `let`, cached from the second time on: a function's body may be evaluated many times. */
  #writtenIn(owner: Node): readonly Written[] {
    const start = owner.startIndex;
    const known = this.#written.get(start);
    if (known !== undefined) return known;
    const nodes = this.#focus?.start === start ? this.#focus.bindings : bindingNodes(owner);
    const written = writtenIn(nodes, this.#document);
    this.#written.set(start, this.#written.has(start) ? written : undefined);
    return written;
  }

  /** The attributes of a `rec` set or a `let`, which are in scope in their own values. */
  #recursive(node: Node, scope: Scope): Attributes & { readonly inner: Scope } {
    const names = new Map<string, Thunk>();
    const inner: Scope = { parent: scope, names };
    const attributes = this.#attributes(node, () => inner, scope);
    for (const [name, { thunk }] of attributes.attributes) names.set(name, thunk);
    return { ...attributes, inner };
  }

  #recursiveSet(node: Node, scope: Scope): Value {
    const { attributes, complete } = this.#recursive(node, scope);
    return set(attributes, complete);
  }

  #let(node: Node, scope: Scope): Value {
    return this.#field(node, "body", this.#recursive(node, scope).inner);
  }

  #apply(node: Node, scope: Scope): Value {
    return apply(this.#field(node, "function", scope), this.#thunk(node, "argument", scope));
  }

  #call(node: Node, argument: Thunk, scope: Scope): Value {
    const names = new Map<string, Thunk>();
    const inner: Scope = { parent: scope, names };
    const universal = node.childForFieldName("universal");
    if (universal !== null) names.set(universal.text, argument);
    const formals = node.childForFieldName("formals")?.namedChildren ?? [];
    if (!this.#evaluator.budget.spend(formals.length)) return unknown;
    for (const formal of formals) {
      const name = formal.childForFieldName("name");
      if (formal.type === "formal" && name !== null)
        names.set(name.text, this.#formal(formal, name.text, argument, inner));
    }
    return this.#field(node, "body", inner);
  }

  /** The argument passed for a formal, else its default; unknown if it may have been passed in a part that is unknown. */
  #formal(formal: Node, name: string, argument: Thunk, scope: Scope): Thunk {
    return lazy(() => {
      const given = select(argument.force(), name);
      return given ?? this.#field(formal, "default", scope);
    });
  }

  #path(node: Node, scope: Scope): (string | undefined)[] {
    const attrpath = node.childForFieldName("attrpath");
    return attrpath === null
      ? [undefined]
      : childrenOf(attrpath).map(segment => segmentName(segment, this.evaluate, () => scope));
  }

  #select(node: Node, scope: Scope): Value {
    let value: Value | undefined = this.#field(node, "expression", scope);
    for (const name of this.#path(node, scope)) {
      if (name === undefined) return unknown;
      value = value === undefined ? undefined : this.#selectFrom(value, name);
    }
    return value ?? this.#field(node, "default", scope);
  }

  /**
   * `lib` of an unknown value is taken for nixpkgs' library, as of a pinned nixpkgs; `legacyPackages` for that of a flake, by
   * system.
   */
  #selectFrom(value: Value, name: string): Value | undefined {
    if (value.kind === "unknown" && name === "lib") return this.#evaluator.library;
    return value === unknown && name === "legacyPackages" ? flakePackages : select(value, name);
  }

  /** Whether an attribute exists, regardless of its value. */
  #has(node: Node, scope: Scope): Value {
    let value: Value = this.#field(node, "expression", scope);
    for (const name of this.#path(node, scope)) {
      if (name === undefined || value.kind === "unknown") return unknown;
      const attribute: Attribute | undefined = value.kind === "set" ? value.attributes.get(name) : undefined;
      if (attribute === undefined) return value.kind === "set" && !value.complete ? unknown : bool(false);
      value = attribute.thunk.force();
    }
    return bool(true);
  }
}

/** A function in the text. Its formals are read only when needed. */
function functionOf(node: Node, call: FunctionValue["apply"]): FunctionValue {
  return {
    kind: "function",
    apply: call,
    get formals() {
      const formals = node.childForFieldName("formals");
      return formals === null ? undefined : formalsOf(formals);
    },
  };
}

function formalsOf(formals: Node): Formals {
  const all = formals.namedChildren.flatMap(formal => {
    const name = formal.type === "formal" ? formal.childForFieldName("name") : null;
    return name === null ? [] : [{ name: name.text, isRequired: formal.childForFieldName("default") === null }];
  });
  return {
    names: all.map(({ name }) => name),
    required: all.flatMap(({ name, isRequired }) => (isRequired ? [name] : [])),
    isOpen: formals.namedChildren.some(({ type }) => type === "ellipses"),
  };
}
