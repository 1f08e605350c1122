import { useEffect, useRef } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { useSearchParams } from 'react-router';

interface FindProps {
  /** What the button says. */
  act: string;
  /** The part of the address that no field is for and that stays. */
  keep?: string;
  /** Fields; they show what the address has under their names. */
  children: ReactNode;
}

/** Narrows a list down. What is chosen is in the address, so that it can be kept or sent. */
export function Find({ act, keep, children }: FindProps) {
  const [params, setParams] = useSearchParams();
  const form = useRef<HTMLFormElement>(null);

  // Not new fields with other defaults: what has the focus is to keep it.
  useEffect(() => {
    for (const field of form.current?.elements ?? []) {
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)
        field.value = params.get(field.name) ?? '';
    }
  }, [params]);

  function find(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const kept = keep && params.get(keep);
    const chosen = new URLSearchParams(kept ? { [keep]: kept } : {});
    for (const [name, value] of new FormData(event.currentTarget)) {
      if (typeof value === 'string' && value.trim()) chosen.set(name, value.trim());
    }
    setParams(chosen);
  }

  return (
    <form ref={form} role="search" className="find" onSubmit={find}>
      {children}
      <button type="submit" className="button">
        {act}
      </button>
    </form>
  );
}
