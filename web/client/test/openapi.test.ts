import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// The types of answers, here and in the app, against the description of the API.

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
}
const document = JSON.parse(
  readFileSync(at('../../../internal/server/openapi/openapi.json'), 'utf8'),
) as { paths: Record<string, object>; components: { schemas: Record<string, Schema> } };

/** The schema itself, with the members that it has from others. */
function resolved(schema: Schema): Schema {
  const { $ref, allOf = [], ...own } = schema;
  const bases = $ref ? [{ $ref }] : allOf;
  return bases.reduce<Schema>((whole, { $ref: ref = '' }) => {
    const base = resolved(document.components.schemas[ref.split('/').at(-1)!]!);
    return {
      ...base,
      ...whole,
      properties: { ...base.properties, ...whole.properties },
      required: [...(base.required ?? []), ...(whole.required ?? [])],
    };
  }, own);
}

const primitives: Record<string, string> = { integer: 'number' };
const nameOf = (type: string) => primitives[type] ?? type;

/** What a value of the schema is in TypeScript, as far as it is compared. */
function kinds(schema: Schema): string[] {
  const { type, items, properties } = resolved(schema);
  if (items) return [kinds(items).join('|') + '[]'];
  if (properties) return ['object'];
  return (Array.isArray(type) ? type : [type ?? 'unknown']).map(nameOf).sort();
}

function kindsOf(node: ts.TypeNode, source: ts.SourceFile): string[] {
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((n) => kindsOf(n, source)).sort();
  if (ts.isArrayTypeNode(node)) return [kindsOf(node.elementType, source).join('|') + '[]'];
  if (ts.isTypeOperatorNode(node)) return kindsOf(node.type, source);
  const text = node.getText(source);
  return [/^(string|number|boolean|null)$/.test(text) ? text : 'object'];
}

/** What is wrong with the members of an interface, measured by a schema. */
function differences(
  members: ts.NodeArray<ts.TypeElement>,
  schema: Schema,
  source: ts.SourceFile,
  { partial = false } = {},
): string[] {
  const { properties = {}, required = [] } = resolved(schema);
  return members.flatMap((member) => {
    const name = member.name?.getText(source) ?? '';
    const property = properties[name];
    if (!ts.isPropertySignature(member) || !member.type || !property) {
      return [`${name} is not described`];
    }
    const ours = kindsOf(member.type, source);
    const theirs = kinds(property);
    const wrong: string[] = [];
    if (ours.join() !== theirs.join())
      wrong.push(`${name} is ${ours.join()}, not ${theirs.join()}`);
    if (!partial && !!member.questionToken === required.includes(name)) {
      wrong.push(`${name} is optional in one of them`);
    }
    if (ts.isTypeLiteralNode(member.type)) {
      wrong.push(...differences(member.type.members, property, source, { partial }));
    }
    return wrong;
  });
}

function declared(file: string, name: string) {
  const path = at('../../' + file);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found = source.statements.find(
    (node): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration =>
      (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) &&
      node.name.text === name,
  );
  if (!found) throw new Error(`${file} has no ${name}`);
  return { source, found };
}

function compare(file: string, name: string, schema: Schema, options?: { partial: boolean }) {
  const { source, found } = declared(file, name);
  if (!ts.isInterfaceDeclaration(found)) throw new Error(`${name} is no interface`);
  expect(differences(found.members, schema, source, options)).toEqual([]);
  return found.members.map((member) => member.name!.getText(source));
}

const { schemas } = document.components;

describe('types are those of the description of the API:', () => {
  it('answers, as the client reads them', () => {
    compare('client/src/protocol.ts', 'Answer', schemas.SignedIn!, { partial: true });
  });

  it('fields of errors', () => {
    const { items = {} } = schemas.Error!.properties!.fields!;
    expect(compare('client/src/errors.ts', 'FieldError', items)).toEqual(items.required);
  });

  it.each([
    ['app/src/auth.ts', 'User', 'User'],
    ['app/src/config.ts', 'Config', 'Config'],
  ])('all of %s %s', (file, name, schema) => {
    const { required } = resolved(schemas[schema]!);
    expect(compare(file, name, schemas[schema]!).sort()).toEqual([...required!].sort());
  });

  it.each([
    ['app/src/pages/account/Device.tsx', 'Session', 'Device'],
    ['app/src/pages/account/History.tsx', 'HistoryEvent', 'Event'],
  ])('what %s reads of a %s', (file, name, schema) => {
    compare(file, name, schemas[schema]!);
  });

  it('calls', () => {
    const { source, found } = declared('client/src/types.ts', 'Endpoint');
    const names = [...found.getText(source).matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
    expect(names).toContain('sign-in');
    for (const name of names) expect(document.paths).toHaveProperty(['/api/v1/' + name]);
  });
});
