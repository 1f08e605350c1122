import { Field, Form, Submit } from '../components/form';
import type { PersonDetail } from './types';
import type { PersonState } from './usePerson';

// What RFC 6749 has for a scope, and no longer than the server takes.
const good = /^[!#-[\]-~]{1,64}$/;
const bad =
  'Enter a permission, such as admin: up to 64 letters, digits and signs without spaces, quotation marks and backslashes';

/** What somebody may do besides signing in. */
export function Permissions({ person, state }: { person: PersonDetail; state: PersonState }) {
  const { scopes, username } = person;

  const set = (next: readonly string[], done: string) =>
    state.change({ path: 'scopes', method: 'PUT', body: { scopes: next }, done: () => done });

  return (
    <section className="section" aria-labelledby="permissions-title">
      <div className="section-head">
        <h2 id="permissions-title">Permissions</h2>
        <p className="muted">
          “admin” opens these pages. Others mean what your own programs make of them. A change signs
          the person out everywhere.
        </p>
      </div>
      <div className="section-body">
        {scopes.length === 0 ? (
          <p className="muted">{username} has none.</p>
        ) : (
          <ul className="rows">
            {scopes.map((scope) => (
              <li key={scope} className="row act">
                <code id={`scope-${scope}`}>{scope}</code>
                <button
                  type="button"
                  className="button button-quiet button-small"
                  aria-describedby={`scope-${scope}`}
                  aria-disabled={state.busy === 'scopes'}
                  onClick={() =>
                    void set(
                      scopes.filter((one) => one !== scope),
                      `${username} no longer has the permission ${scope}.`,
                    )
                  }
                >
                  Take away
                </button>
              </li>
            ))}
          </ul>
        )}
        <Form
          key={scopes.join(' ')} // empty again once it is granted
          action="/admin/users"
          check={({ scope }) =>
            good.test(scope?.trim() ?? '') ? [] : [{ field: 'scope', msg: bad }]
          }
          send={async ({ scope = '' }) => {
            const wanted = scope.trim();
            await set([...scopes, wanted], `${username} now has the permission ${wanted}.`);
          }}
        >
          <Field name="scope" label="Permission to give" autoComplete="off" verbatim />
          <Submit busy="Giving…">Give</Submit>
        </Form>
      </div>
    </section>
  );
}
