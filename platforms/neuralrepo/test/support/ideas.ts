import type { Client } from './app.js';

export interface Idea {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly status: string;
  readonly tags: readonly string[];
  readonly is_archived: 0 | 1;
  readonly processing: boolean;
  readonly parent_id: number | null;
  readonly links: readonly { readonly id: number; readonly url: string }[];
  readonly relations: readonly {
    readonly id: number;
    readonly source_idea_id: number;
    readonly target_idea_id: number;
    readonly relation_type: string;
    readonly score: number | null;
    readonly note: string | null;
  }[];
}

export async function saved(client: Client, title: string, more: object = {}): Promise<Idea> {
  const { status, text, json } = await client.post<Idea>('/api/v1/ideas', { title, ...more });
  if (status !== 201) throw new Error(`Saving was answered ${status}: ${text}`);
  return json;
}

export async function idea(client: Client, id: number): Promise<Idea> {
  const { status, text, json } = await client.get<Idea>(`/api/v1/ideas/${id}`);
  if (status !== 200) throw new Error(`Getting was answered ${status}: ${text}`);
  return json;
}
