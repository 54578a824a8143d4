import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './tile.module.css';

/** One choice of a gallery: a link, or without `to` what cannot be chosen yet. */
export function Tile({ to, children }: { to?: string; children: ReactNode }): ReactNode {
  if (to === undefined) return <div className={`${classes.tile} ${classes.later}`}>{children}</div>;
  return (
    <Link className={classes.tile} to={to}>
      {children}
    </Link>
  );
}
