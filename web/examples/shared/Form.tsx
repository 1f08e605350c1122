import { createContext, useContext, useEffect, useId, useRef, useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { useTitleProblem } from '../../ui/Page';
import { Problem, problemOf } from './problem';

/** What the person typed, by field name. */
export type Values = Record<string, string>;

interface State {
  problem: Problem | null;
  /** Grows with every submission: fields hide their passwords again. */
  submissions: number;
  prefix: string;
}

const FormContext = createContext<State>({ problem: null, submissions: 0, prefix: '' });

interface FormProps {
  /** Where a browser without our script would post to; also what password managers look at. */
  action: string;
  /** Sends the form. What it rejects with is shown; when it succeeds, the form should go away. */
  send: (values: Values) => Promise<void>;
  /** What the button says. */
  submit: string;
  /** Empty the fields when it fails. */
  emptied?: boolean;
  children: ReactNode;
}

/** A form that shows what went wrong above its fields, and beside them where a field is to blame. */
export function Form({ action, send, submit, emptied = false, children }: FormProps) {
  const prefix = useId();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [submissions, setSubmissions] = useState(0);
  useTitleProblem(problem !== null);

  async function submitted(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const values: Values = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') values[name] = value;
    }
    setSubmissions((n) => n + 1);
    setBusy(true);
    try {
      await send(values);
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
      if (emptied) form.reset();
    } finally {
      setBusy(false);
    }
  }

  return (
    <FormContext value={{ problem, submissions, prefix }}>
      <form method="post" action={action} noValidate onSubmit={(event) => void submitted(event)}>
        {problem && <Summary key={submissions} problem={problem} prefix={prefix} />}
        {children}
        <button type="submit" className="button" aria-disabled={busy}>
          {busy ? 'One moment…' : submit}
        </button>
      </form>
    </FormContext>
  );
}

/** What is wrong, with links to the fields that are to blame. It takes the focus when it appears. */
function Summary({ problem, prefix }: { problem: Problem; prefix: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className="notice notice-problem" role="alert" tabIndex={-1}>
      <p>{problem.message}</p>
      {Object.entries(problem.fields).map(([field, words]) => (
        <p key={field}>
          <a
            href={`#${prefix}${field}`}
            onClick={(event) => {
              event.preventDefault(); // keep the address as it is
              document.getElementById(prefix + field)?.focus();
            }}
          >
            {words}
          </a>
        </p>
      ))}
    </div>
  );
}

interface FieldProps {
  name: string;
  label: string;
  autoComplete: string;
  hint?: string;
  placeholder?: string;
  /** No capitals, no corrections. */
  verbatim?: boolean;
}

/** One line of text with its label, hint and error. */
export function Field({ name, label, hint, verbatim = false, ...rest }: FieldProps) {
  const field = useField(name, hint);
  return (
    <div className="field">
      <label htmlFor={field.id}>{label}</label>
      {field.words}
      <input
        {...rest}
        {...field.input}
        type="text"
        {...(verbatim && { autoCapitalize: 'none', spellCheck: false, autoCorrect: 'off' })}
      />
    </div>
  );
}

/** A password with a button that shows it until the form is sent. */
export function PasswordField({ name, label, hint, ...rest }: FieldProps) {
  const field = useField(name, hint);
  const { submissions } = useContext(FormContext);
  const [shownAt, setShownAt] = useState(-1);
  const shown = shownAt === submissions;
  return (
    <div className="field">
      <label htmlFor={field.id}>{label}</label>
      {field.words}
      <div className="password">
        <input
          {...rest}
          {...field.input}
          type={shown ? 'text' : 'password'}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
        />
        <button
          type="button"
          className="reveal"
          aria-controls={field.id}
          onClick={() => setShownAt(shown ? -1 : submissions)}
        >
          {shown ? 'Hide' : 'Show'}
          <span className="visually-hidden"> what is typed</span>
        </button>
      </div>
    </div>
  );
}

/** What a field needs to go with its words. */
function useField(name: string, hint: string | undefined) {
  const { problem, prefix } = useContext(FormContext);
  const error = problem?.fields[name];
  const id = prefix + name;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return {
    id,
    words: (
      <>
        {hint && (
          <p id={`${id}-hint`} className="hint">
            {hint}
          </p>
        )}
        {error && (
          <p id={`${id}-error`} className="wrong">
            <span className="visually-hidden">Error: </span>
            {error}
          </p>
        )}
      </>
    ),
    input: {
      id,
      name,
      'aria-invalid': error ? true : undefined,
      'aria-describedby': described || undefined,
    },
  };
}
