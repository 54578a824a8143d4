import type { ReactNode } from 'react';
import classes from './form-buttons.module.css';

/** The buttons at the end of a form: beside one another over its whole width, below one another where their words have no room. */
export function FormButtons({ children }: { children: ReactNode }): ReactNode {
  return <div className={classes.buttons}>{children}</div>;
}
