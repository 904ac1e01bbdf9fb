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
  /** Whether links are sent. */
  readonly email: boolean;
  /** Buttons, each a form by POST with `next`. */
  readonly providers: readonly { readonly action: string; readonly label: string }[];
  readonly wrong?: Wrong | undefined;
}

export interface LinkSentView {
  readonly platform: string;
  readonly email: string;
  readonly minutes: number;
  /** The link went to the terminal of the server, since it sends no mail. */
  readonly printed: boolean;
  readonly again: string;
}

/** The page that a link leads to: a button, so that no mail scanner redeems it. */
export interface LinkView {
  readonly platform: string;
  readonly email: string;
  readonly action: string;
  readonly token: string;
}

export interface ScopeChoice {
  readonly scope: string;
  /** In words: "Read tickets". */
  readonly text: string;
  readonly checked: boolean;
  /** Allowed to this client before. */
  readonly before: boolean;
}

export interface ConsentView {
  readonly platform: string;
  readonly action: string;
  readonly client: {
    readonly name: string;
    /** Where the answer goes: `claude.ai`, `127.0.0.1`, or `cursor:` for a scheme of its own. */
    readonly host: string;
    /** It says of itself who it is; nobody has checked. */
    readonly verified: boolean;
    /** The answer goes to a program on the person's own machine, which any program there can be. */
    readonly loopbackOnly: boolean;
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
  readonly apps: readonly {
    readonly grant: string;
    readonly name: string;
    readonly host: string | null;
    readonly tenant: string;
    readonly scopes: readonly string[];
    readonly since: string;
    readonly lastUsed: string | null;
  }[];
  readonly sessions: readonly { readonly id: string; readonly program: string; readonly since: string; readonly current: boolean }[];
  /** What was just done. */
  readonly done: string | null;
}
