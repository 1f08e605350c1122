import { createContext, useContext, useEffect, useId, useRef, useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { AuthError } from '@latchkey-go/client';
import type { FieldError } from '@latchkey-go/client';
import { useTitleProblem } from '../../../ui/Page';
import { describe } from '../auth';

/** What the person typed, by field name. */
export type Values = Record<string, string>;

interface State {
  errors: readonly FieldError[];
  busy: boolean;
  /** Grows with every submission: fields hide their passwords again, the summary takes the focus. */
  submissions: number;
  prefix: string;
}

const FormContext = createContext<State>({ errors: [], busy: false, submissions: 0, prefix: '' });

interface FormProps {
  /** Where a browser without our script would post to; also what password managers look at. */
  action: string;
  /** Says what is wrong before anything is sent. */
  check?: (values: Values) => FieldError[];
  /** Sends the form. What it rejects with is shown; when it succeeds, the form should go away. */
  send: (values: Values) => Promise<void>;
  /** Puts an error of the server beside a field; null leaves it to the form as a whole. */
  place?: (error: AuthError) => FieldError | null;
  /** A dialog has its own title; its errors do not belong into the page's. */
  inDialog?: boolean;
  children: ReactNode;
}

/** A form that shows what went wrong above itself and beside the fields. */
export function Form({ action, check, send, place, inDialog = false, children }: FormProps) {
  const prefix = useId();
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [busy, setBusy] = useState(false);
  const [submissions, setSubmissions] = useState(0);
  useTitleProblem(!inDialog && errors.length > 0);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const values: Values = {};
    for (const [name, value] of new FormData(event.currentTarget)) {
      if (typeof value === 'string') values[name] = value;
    }
    setSubmissions((n) => n + 1);
    const wrong = check?.(values) ?? [];
    setErrors(wrong);
    if (wrong.length > 0) return;
    setBusy(true);
    try {
      await send(values);
    } catch (error) {
      setErrors(fieldErrors(error, place));
      setSubmissions((n) => n + 1);
    } finally {
      setBusy(false);
    }
  }

  return (
    <FormContext value={{ errors, busy, submissions, prefix }}>
      <form method="post" action={action} noValidate onSubmit={(event) => void submit(event)}>
        <Summary errors={errors} submissions={submissions} prefix={prefix} />
        {children}
      </form>
    </FormContext>
  );
}

function fieldErrors(error: unknown, place: FormProps['place']): readonly FieldError[] {
  if (error instanceof AuthError) {
    if (error.fields.length > 0) return error.fields;
    const placed = place?.(error);
    if (placed) return [placed];
  }
  return [{ field: '', msg: describe(error) }];
}

function Summary({
  errors,
  submissions,
  prefix,
}: Pick<State, 'errors' | 'submissions' | 'prefix'>) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors, submissions]);
  if (errors.length === 0) return null;
  return (
    <div
      ref={box}
      className="summary"
      role="group"
      aria-labelledby={`${prefix}problem`}
      tabIndex={-1}
    >
      <h2 id={`${prefix}problem`}>There is a problem</h2>
      <ul>
        {errors.map(({ field, msg }) => (
          <li key={field + msg}>{field ? <ToField id={prefix + field}>{msg}</ToField> : msg}</li>
        ))}
      </ul>
    </div>
  );
}

function ToField({ id, children }: { id: string; children: ReactNode }) {
  return (
    <a
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault(); // keep the address as it is
        document.getElementById(id)?.focus();
      }}
    >
      {children}
    </a>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint?: ReactNode;
  autoComplete: string;
  /** For usernames: no capitals, no corrections. */
  verbatim?: boolean;
  optional?: boolean;
}

/** One line of text with its label, hint and error. */
export function Field({ name, label, hint, autoComplete, verbatim = false, optional }: FieldProps) {
  const field = useField(name, hint !== undefined);
  return (
    <div className={field.wrapper}>
      <label htmlFor={field.id}>
        {label}
        {optional && <span className="optional"> (optional)</span>}
      </label>
      <Hint id={field.hintId}>{hint}</Hint>
      <Wrong id={field.errorId}>{field.error}</Wrong>
      <input
        {...field.input}
        type="text"
        autoComplete={autoComplete}
        {...(verbatim && { autoCapitalize: 'none', spellCheck: false, autoCorrect: 'off' })}
      />
    </div>
  );
}

/** A password with a button that shows it until the form is sent. */
export function PasswordField({ name, label, hint, autoComplete }: FieldProps) {
  const field = useField(name, hint !== undefined);
  const { submissions } = useContext(FormContext);
  const [shownAt, setShownAt] = useState(-1);
  const shown = shownAt === submissions;
  return (
    <div className={field.wrapper}>
      <label htmlFor={field.id}>{label}</label>
      <Hint id={field.hintId}>{hint}</Hint>
      <Wrong id={field.errorId}>{field.error}</Wrong>
      <div className="password">
        <input
          {...field.input}
          type={shown ? 'text' : 'password'}
          autoComplete={autoComplete}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
        />
        <button
          type="button"
          className="reveal"
          aria-controls={field.id}
          aria-label={`${shown ? 'Hide' : 'Show'} ${label.toLowerCase()}`}
          onClick={() => setShownAt(shown ? -1 : submissions)}
        >
          {shown ? 'Hide' : 'Show'}
        </button>
      </div>
    </div>
  );
}

function useField(name: string, hasHint: boolean) {
  const { errors, prefix } = useContext(FormContext);
  const error = errors.find((e) => e.field === name)?.msg;
  const id = prefix + name;
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [hasHint && hintId, error && errorId].filter(Boolean).join(' ');
  return {
    id,
    error,
    hintId,
    errorId,
    wrapper: error ? 'field field-wrong' : 'field',
    input: {
      id,
      name,
      'aria-invalid': error ? true : undefined,
      'aria-describedby': described || undefined,
    },
  };
}

function Hint({ id, children }: { id: string; children: ReactNode }) {
  return children === undefined ? null : (
    <p id={id} className="hint">
      {children}
    </p>
  );
}

function Wrong({ id, children }: { id: string; children: ReactNode }) {
  return children === undefined ? null : (
    <p id={id} className="wrong">
      <span className="visually-hidden">Error: </span>
      {children}
    </p>
  );
}

/** The button that sends the form. */
export function Submit({ children, busy }: { children: ReactNode; busy: string }) {
  const form = useContext(FormContext);
  return (
    <button type="submit" className="button" aria-disabled={form.busy}>
      {form.busy ? busy : children}
    </button>
  );
}
