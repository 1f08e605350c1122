import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { NavigationType, useNavigationType } from 'react-router';

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
  /** The whole title of the document. */
  title: string;
  heading: ReactNode;
  className: string;
  /** Asked once, when the page has appeared. True moves the focus to the heading; where the browser
      has put the focus of a page that it has just loaded, it stays. */
  takesFocus: () => boolean;
  children: ReactNode;
}

/** One page: sets the title, and after a navigation puts the focus on the heading. */
export function Page({ title, heading, className, takesFocus, children }: PageProps) {
  const [problem, setProblem] = useState(false);
  const h1 = useRef<HTMLHeadingElement>(null);
  const back = useNavigationType() === NavigationType.Pop;

  useEffect(() => {
    document.title = (problem ? 'Error: ' : '') + title;
  }, [problem, title]);

  useEffect(() => {
    if (!takesFocus()) return;
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
