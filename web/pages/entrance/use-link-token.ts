import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** The secret of a link, `#token=…`: read once, then gone from the address and from the history. */
export function useLinkToken(): string | undefined {
  const location = useLocation();
  const navigate = useNavigate();
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined);
  useEffect(() => {
    if (location.hash !== '') void navigate(location.pathname, { replace: true });
  }, [location, navigate]);
  return token;
}
