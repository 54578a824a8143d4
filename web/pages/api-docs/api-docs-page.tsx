import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { ApiName } from '../../../contract/openapi.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Missing } from '../../components/missing.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { paths } from '../../paths.ts';
import { apiTitles, listResources, type ApiDocument } from './api-document.ts';
import { OperationDetails } from './operation-details.tsx';

/** Every operation of one API, as its OpenAPI document says; for anybody, signed in or not. */
export function ApiDocsPage(): ReactNode {
  const { name = 'import' } = useParams();
  return <main>{Object.hasOwn(apiTitles, name) ? <Reference name={name as ApiName} /> : <Missing />}</main>;
}

function Reference({ name }: { name: ApiName }): ReactNode {
  // As contract/openapi.ts says, which is not loaded here for its many schemas.
  const file = `/openapi/${name}.json`;
  const query = useQuery({ queryKey: ['openapi', name], queryFn: () => readDocument(file), staleTime: Infinity });
  return (
    <Page title={`${apiTitles[name]} API`} helper={query.data?.info.description}>
      <Group component="nav" aria-label="APIs" gap="md">
        {Object.entries(apiTitles).map(([other, title]) => (
          <Anchor
            key={other}
            component={Link}
            to={paths.apiDocs(other)}
            underline="always"
            {...(other === name ? { 'aria-current': 'page' } : {})}
          >
            {title}
          </Anchor>
        ))}
        <Anchor href={file} underline="always">
          OpenAPI document
        </Anchor>
      </Group>
      <Loaded query={query}>
        {(document) => (
          <Stack gap="lg">
            {listResources(document).map(([resource, operations]) => (
              <Section key={resource} title={resource}>
                <Stack gap="xs">
                  {operations.map((operation) => (
                    <OperationDetails key={operation.operationId} operation={operation} />
                  ))}
                </Stack>
              </Section>
            ))}
            <Text size="sm">Version {document.info.version}</Text>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

async function readDocument(file: string): Promise<ApiDocument> {
  const response = await fetch(file);
  if (!response.ok) throw new Error('The description of the API cannot be read at the moment.');
  return (await response.json()) as ApiDocument;
}
