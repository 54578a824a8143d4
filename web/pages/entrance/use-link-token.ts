import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** The secret of a link, `#token=…`: read once, then gone from the address and from the history. */
export function useLinkToken(): string | undefined {
  const location = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState(() => findToken(location.hash));
  useEffect(() => {
    if (location.hash === '') return;
    // A link opened while its page is already shown loads nothing anew.
    setToken((before) => findToken(location.hash) ?? before);
    void navigate(location.pathname, { replace: true });
  }, [location, navigate]);
  return token;
}

function findToken(hash: string): string | undefined {
  return new URLSearchParams(hash.slice(1)).get('token') ?? undefined;
}
