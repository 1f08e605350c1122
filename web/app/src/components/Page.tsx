import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router';

const ProblemContext = createContext<(problem: boolean) => void>(() => {});

/** While `problem` is true the title of the page begins with "Error:". */
export function useTitleProblem(problem: boolean): void {
  const report = useContext(ProblemContext);
  useEffect(() => {
    report(problem);
    return () => report(false);
  }, [report, problem]);
}

interface PageProps {
  /** The title of the document. */
  title: string;
  /** The heading, where it differs from the title. */
  heading?: ReactNode;
  className?: string;
  /** Takes the place of another page at the same address, which had the focus. */
  replaces?: boolean;
  children: ReactNode;
}

/** One page: sets the title, and after a navigation puts the focus on the heading. */
export function Page({
  title,
  heading = title,
  className = '',
  replaces = false,
  children,
}: PageProps) {
  const [problem, setProblem] = useState(false);
  const h1 = useRef<HTMLHeadingElement>(null);
  const firstPage = useLocation().key === 'default';
  const back = useNavigationType() === NavigationType.Pop;

  useEffect(() => {
    document.title = `${problem ? 'Error: ' : ''}${title} – Latchkey`;
  }, [problem, title]);

  useEffect(() => {
    // The browser has put the focus of the first page where it belongs.
    if (firstPage && !replaces) return;
    h1.current?.focus({ preventScroll: true });
    if (!back) scrollTo(0, 0);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the page appears
  }, []);

  return (
    <ProblemContext value={setProblem}>
      <div className={`page ${className}`}>
        <h1 ref={h1} tabIndex={-1}>
          {heading}
        </h1>
        {children}
      </div>
    </ProblemContext>
  );
}
