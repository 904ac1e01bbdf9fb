/** What each page shows. A page is a function from one of these to HTML: no page looks anything up, and none decides anything. */

/** A field's message beside what was typed. */
export interface Wrong {
  readonly text: string;
  readonly typed?: string;
}

export interface SignInView {
  /** The platform's title. */
  readonly platform: string;
  /** Where its form is sent, by POST: `email`, and `next` where there is one. */
  readonly action: string;
  /** A path of our own to go on to. */
  readonly next: string | null;
  /** The program that waits for the person to sign in, where one does. */
  readonly forClient: string | null;
  /** An invitation waits for the person to sign in. @default false */
  readonly invited?: boolean;
  /** Whether links are sent. */
  readonly email: boolean;
  /** Buttons, each a form by POST with `next`. The label is the provider's name: the button says "Continue with GitHub". */
  readonly providers: readonly { readonly action: string; readonly label: string }[];
  readonly wrong?: Wrong | undefined;
}

export interface LinkSentView {
  readonly platform: string;
  readonly email: string;
  readonly minutes: number;
  /** The link went to the terminal of the server, since it sends no mail. */
  readonly printed: boolean;
  /** It is sent only where the person is known: the page does not tell whether that is so. @default false */
  readonly ifKnown?: boolean;
  /** The page to ask for another one. */
  readonly again: string;
}

/** The page that a link leads to: a button, so that no mail scanner redeems it. Its form is sent by POST: `token` and `once`. */
export interface LinkView {
  readonly platform: string;
  readonly email: string;
  readonly action: string;
  readonly token: string;
  /** Of this page alone. */
  readonly once: string;
}

export interface ScopeChoice {
  readonly scope: string;
  /** In words: "Read tickets". */
  readonly text: string;
  readonly checked: boolean;
  /** Allowed to this client before. */
  readonly before: boolean;
}

/** Its form is sent by POST: `tenant`, each checked `scope`, and `decision`, which is `allow` or `deny`. */
export interface ConsentView {
  readonly platform: string;
  readonly action: string;
  readonly client: {
    readonly name: string;
    /** Where the answer goes: `claude.ai`, `127.0.0.1`, or `cursor:` for a scheme of its own. */
    readonly host: string;
    /** Its name is more than its own word: its metadata came from the host that the answer goes to. */
    readonly verified: boolean;
    /** The answer goes to a program on the person's own machine, which any program there can be. */
    readonly loopbackOnly: boolean;
    /** What it calls its home page. */
    readonly uri: string | null;
  };
  readonly person: string;
  /** To sign in as somebody else. */
  readonly otherPerson: string;
  /** A picker where there are several; each with what the person may grant there. */
  readonly tenants: readonly { readonly id: string; readonly name: string; readonly checked: boolean }[];
  readonly scopes: readonly ScopeChoice[];
  /** How long it lasts without use. */
  readonly days: number;
  readonly wrong?: Wrong | undefined;
}

export interface OnwardView {
  readonly platform: string;
  readonly title: string;
  /** A path of our own, or a page on the web. */
  readonly url: string;
}

export interface ProblemView {
  readonly platform: string;
  readonly title: string;
  readonly text: string;
  readonly next: string | null;
  /** A link of our own. */
  readonly link: { readonly href: string; readonly text: string } | null;
  readonly requestId: string;
}

export interface AccountView {
  readonly platform: string;
  readonly person: string;
  readonly apps: readonly ConnectedApp[];
  readonly sessions: readonly OpenSession[];
  /** Absent: a space is of one person here. */
  readonly spaces?: SpacesView | undefined;
  /** What was just done. */
  readonly done: string | null;
}

export interface SpacesView {
  readonly spaces: readonly SpaceView[];
  /** Open ones to this person. */
  readonly invitations: readonly { readonly id: string; readonly tenant: string; readonly role: string }[];
}

export interface SpaceView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** This session acts in it. */
  readonly current: boolean;
  readonly leavable: boolean;
}

/** Its form is sent by POST: `id`. */
export interface InvitationView {
  readonly platform: string;
  readonly id: string;
  /** The name of the space. */
  readonly tenant: string;
  readonly role: string;
  readonly person: string;
}

export interface InvitedElsewhereView {
  readonly platform: string;
  /** For whom it is. */
  readonly email: string;
  readonly person: string;
  /** To sign in as somebody else. */
  readonly otherPerson: string;
}

export interface ConnectedApp {
  readonly client: string;
  readonly name: string;
  readonly host: string | null;
  /** The spaces that it may reach, by name, each with what it may do there, in words. */
  readonly places: readonly { readonly tenant: string; readonly scopes: readonly string[] }[];
  /** Unix milliseconds. */
  readonly since: number;
  /** Unix milliseconds. */
  readonly lastUsed: number | null;
}

export interface OpenSession {
  readonly id: string;
  /** `User-Agent`, as the browser sent it. */
  readonly userAgent: string | null;
  /** Unix milliseconds. */
  readonly since: number;
  /** The one that asks. */
  readonly current: boolean;
}
