import { createContext } from 'react';

/** What the app is called: it ends the title of each page. */
export const Site = createContext('');

/** Tells the page that its title is to begin with "Error:". */
export const ProblemContext = createContext<(problem: boolean) => void>(() => {});
