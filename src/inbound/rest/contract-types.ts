// The shapes of openapi/gateway.yaml as types. Made by scripts/contract-types.ts: change the contract, not this file.

export interface paths {
    readonly "/v1/tasks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listTasks"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get: operations["getTask"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get: operations["listTaskEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/acknowledgement": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["acknowledgeTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["addMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/attachments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get: operations["listAttachments"];
        readonly put?: never;
        readonly post: operations["addAttachment"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/attachments/{attachmentId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly attachmentId: components["parameters"]["attachmentId"];
            };
            readonly cookie?: never;
        };
        readonly get: operations["getAttachment"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/reassignment": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["reassignTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/assignment": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["assignTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/solution-rejection": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["rejectSolution"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tasks/{taskId}/closure": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["closeTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tickets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["createTicket"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tickets/{ticketId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly ticketId: components["parameters"]["ticketId"];
            };
            readonly cookie?: never;
        };
        readonly get: operations["getTicket"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tickets/{ticketId}/tasks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly ticketId: components["parameters"]["ticketId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["createTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/alerts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listAlerts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/site": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["getSite"];
        readonly put?: never;
        readonly post: operations["applySite"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listAudit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/mailboxes/{mailbox}/mails": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly mailbox: string;
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["receiveMail"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/queues": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listQueues"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/queues/{system}/hold": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put: operations["holdQueue"];
        readonly post?: never;
        readonly delete: operations["releaseQueue"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/queues/{system}/retries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["retryQueue"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/queues/{system}/acknowledgements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["acknowledgeQueue"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/retries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["retryAll"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/deliveries/{deliveryId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly deliveryId: components["parameters"]["deliveryId"];
            };
            readonly cookie?: never;
        };
        readonly get: operations["getDelivery"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/deliveries/{deliveryId}/retries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly deliveryId: components["parameters"]["deliveryId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["retryDelivery"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/deliveries/{deliveryId}/acknowledgements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly deliveryId: components["parameters"]["deliveryId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["acknowledgeDelivery"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/mappings/{mapping}/tests": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly mapping: components["schemas"]["SiteName"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: operations["testMapping"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/app-fields": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listAppFields"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {string} */
        readonly TaskStatus: "assigned" | "acknowledged" | "solved" | "closed";
        readonly EventId: string;
        readonly ExternalReference: string | null;
        readonly GroupName: string;
        readonly NewNumber: string | null;
        readonly Subject: string;
        readonly Priority: string | null;
        readonly Requester: string | null;
        readonly Reason: string | null;
        readonly Text: string;
        readonly OptionalText: string | null;
        /** @enum {string} */
        readonly Visibility: "internal" | "provider";
        readonly CustomFields: {
            readonly [key: string]: string;
        };
        /** Format: date-time */
        readonly Time: string;
        /** Format: date-time */
        readonly GivenTime: string;
        readonly GivenNumber: string;
        /** Format: date-time */
        readonly OptionalTime: string | null;
        readonly Task: {
            readonly number: string;
            readonly ticket: string;
            readonly status: components["schemas"]["TaskStatus"];
            readonly group: string;
            readonly provider: string | null;
            readonly reference: string | null;
            readonly subject: string;
            readonly description: string | null;
            readonly priority: string | null;
            readonly solution: string | null;
            readonly resolvedAt: components["schemas"]["OptionalTime"];
            readonly custom: components["schemas"]["CustomFields"];
            readonly createdAt: components["schemas"]["Time"];
            readonly updatedAt: components["schemas"]["Time"];
        };
        readonly Ticket: {
            readonly number: string;
            /** @enum {string} */
            readonly status: "open" | "closed";
            readonly subject: string;
            readonly description: string | null;
            readonly priority: string | null;
            readonly requester: string | null;
            readonly custom: components["schemas"]["CustomFields"];
            readonly createdAt: components["schemas"]["Time"];
            readonly updatedAt: components["schemas"]["Time"];
        };
        readonly TaskChange: {
            readonly event: components["schemas"]["EventId"];
            readonly task: components["schemas"]["Task"] | null;
        };
        readonly AuditEntry: {
            readonly id: string;
            readonly at: components["schemas"]["Time"];
            readonly who: string;
            readonly address: string | null;
            readonly requestId: string | null;
            readonly kind: string;
            readonly name: string;
            readonly deed: string;
            readonly before: {
                readonly [key: string]: unknown;
            } | null;
            readonly after: {
                readonly [key: string]: unknown;
            } | null;
        };
        readonly Event: {
            /** @constant */
            readonly specversion: "1.0";
            readonly id: components["schemas"]["EventId"];
            readonly source: string;
            readonly type: string;
            readonly subject: string;
            readonly time: components["schemas"]["Time"];
            readonly sequence: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: components["schemas"]["EventData"];
        };
        readonly EventData: {
            readonly requestType: string | null;
            /** @enum {unknown} */
            readonly direction: "In" | "Out" | null;
            readonly app: string | null;
            /** @enum {string} */
            readonly channel: "soap" | "rest" | "email" | "console" | "portal" | "gateway";
            readonly provider: string | null;
            readonly process: {
                readonly id: string;
                readonly name: string | null;
            } | null;
            readonly message: {
                readonly text: string;
                readonly visibility: components["schemas"]["Visibility"];
            } | null;
            readonly attachment: components["schemas"]["EventAttachment"] | null;
            readonly reason: string | null;
            readonly closed: boolean;
            readonly late: boolean;
            readonly ticket: {
                readonly number: string;
                readonly subject: string;
                readonly description: string | null;
                readonly priority: string | null;
                readonly requester: string | null;
                readonly custom: components["schemas"]["CustomFields"];
            } | null;
            readonly task: {
                readonly number: string;
                readonly status: components["schemas"]["TaskStatus"];
                readonly group: string;
                readonly provider: string | null;
                readonly reference: string | null;
                readonly subject: string;
                readonly description: string | null;
                readonly priority: string | null;
                readonly solution: string | null;
                readonly resolvedAt: components["schemas"]["OptionalTime"];
                readonly custom: components["schemas"]["CustomFields"];
            } | null;
            readonly alert: components["schemas"]["Alert"] | null;
        };
        readonly AttachmentId: string;
        readonly FileName: string;
        readonly ContentType: string;
        readonly Sha256: string;
        readonly Href: string;
        readonly EventAttachment: {
            readonly id: components["schemas"]["AttachmentId"];
            readonly name: components["schemas"]["FileName"];
            readonly contentType: components["schemas"]["ContentType"];
            readonly size: number;
            readonly sha256: components["schemas"]["Sha256"];
            readonly visibility: components["schemas"]["Visibility"];
            readonly href: components["schemas"]["Href"];
        };
        readonly Attachment: {
            readonly id: components["schemas"]["AttachmentId"];
            readonly name: components["schemas"]["FileName"];
            readonly contentType: components["schemas"]["ContentType"];
            readonly size: number;
            readonly sha256: components["schemas"]["Sha256"];
            readonly visibility: components["schemas"]["Visibility"];
            readonly href: components["schemas"]["Href"];
            readonly provider: string | null;
            readonly event: components["schemas"]["EventId"];
            readonly addedAt: components["schemas"]["Time"];
        };
        readonly Alert: {
            /** @enum {string} */
            readonly kind: "queue_long" | "deliveries_failing" | "no_reference" | "provider_silent";
            readonly name: string;
            readonly system: string | null;
            readonly provider: string | null;
            readonly task: string | null;
            readonly says: string;
            readonly since: components["schemas"]["Time"];
        };
        readonly SiteName: string;
        readonly SiteNames: readonly components["schemas"]["SiteName"][];
        readonly ProcessName: string | null;
        readonly OutgoingText: string;
        readonly OutgoingDescription: string;
        readonly Expression: string | null;
        readonly Url: string;
        readonly Headers: {
            readonly [key: string]: string;
        };
        readonly MailAddress: string;
        readonly Auth: {
            /** @enum {string} */
            readonly kind: "none" | "basic" | "apiKey" | "oauth2" | "wsse" | "standardWebhooks";
        } & (unknown & unknown & unknown & unknown & unknown & unknown);
        readonly AnswerRule: {
            readonly reference?: components["schemas"]["Expression"];
            readonly update?: components["schemas"]["Expression"];
        };
        readonly Api: {
            /** @enum {string} */
            readonly kind: "rest" | "soap" | "email";
        } & (unknown & unknown & unknown);
        readonly System: {
            readonly name: components["schemas"]["SiteName"];
            readonly active?: boolean;
            readonly description?: components["schemas"]["OutgoingDescription"];
            readonly provider?: string | null;
            readonly unrestricted?: boolean;
            readonly groups?: components["schemas"]["SiteNames"];
            readonly projects?: readonly components["schemas"]["OutgoingText"][];
            readonly properties?: {
                readonly [key: string]: string;
            };
            readonly secrets?: {
                readonly [key: string]: string | null;
            };
            readonly apis?: {
                readonly [key: string]: components["schemas"]["Api"];
            };
            readonly values?: {
                readonly [key: string]: {
                    readonly [key: string]: string;
                } | readonly (readonly string[])[];
            };
            readonly limits?: {
                readonly [key: string]: {
                    readonly length?: number | null;
                    /** @enum {string} */
                    readonly charset?: "unicode" | "bmp" | "latin1" | "ascii";
                    /** @enum {string} */
                    readonly beyond?: "cut" | "refuse";
                };
            };
            readonly delivery?: {
                readonly retryAfterSeconds?: readonly number[];
                readonly timeoutMs?: number;
                readonly inFlight?: number;
                readonly perSecond?: number | null;
                /** @enum {string} */
                readonly afterFailure?: "hold" | "pass";
                readonly attachmentBytes?: number;
            };
        };
        readonly Words: readonly string[] | null;
        readonly Trigger: {
            readonly requests?: readonly {
                readonly type: string;
                /** @enum {string} */
                readonly direction?: "In" | "Out";
            }[] | null;
            readonly taskStatuses?: components["schemas"]["Words"];
            readonly ticketStatuses?: components["schemas"]["Words"];
            readonly fields?: components["schemas"]["Words"];
            readonly groups?: components["schemas"]["Words"];
            readonly alerts?: components["schemas"]["Words"];
        } | null;
        readonly Mapping: {
            readonly name: components["schemas"]["SiteName"];
            readonly active?: boolean;
            readonly description?: components["schemas"]["OutgoingDescription"];
            readonly system: components["schemas"]["SiteName"];
            readonly api?: components["schemas"]["SiteName"];
            readonly trigger?: components["schemas"]["Trigger"];
            readonly condition?: string | null;
            /** @enum {string} */
            readonly language?: "jsonata" | "liquid";
            readonly body?: string;
        };
        readonly QueueLong: number | null;
        readonly DeadLetters: number | null;
        readonly WaitingMinutes: number | null;
        readonly NoReferenceMinutes: number | null;
        readonly SilentHours: number | null;
        readonly Alerts: {
            readonly queueLong?: components["schemas"]["QueueLong"];
            readonly deadLetters?: components["schemas"]["DeadLetters"];
            readonly waitingMinutes?: components["schemas"]["WaitingMinutes"];
            readonly noReferenceMinutes?: components["schemas"]["NoReferenceMinutes"];
            readonly silentHours?: components["schemas"]["SilentHours"];
            readonly systems?: {
                readonly [key: string]: {
                    readonly queueLong?: components["schemas"]["QueueLong"];
                    readonly deadLetters?: components["schemas"]["DeadLetters"];
                    readonly waitingMinutes?: components["schemas"]["WaitingMinutes"];
                };
            };
            readonly providers?: {
                readonly [key: string]: {
                    readonly noReferenceMinutes?: components["schemas"]["NoReferenceMinutes"];
                    readonly silentHours?: components["schemas"]["SilentHours"];
                };
            };
        };
        readonly SiteDocument: {
            readonly providers?: readonly {
                readonly name: components["schemas"]["SiteName"];
                readonly timeZone?: string;
                readonly repeatWindowMinutes?: number;
                readonly soap?: {
                    readonly charset?: string;
                    readonly anyBody?: boolean;
                };
            }[];
            readonly groups?: readonly {
                readonly name: components["schemas"]["SiteName"];
                readonly provider?: string | null;
                readonly returnGroup?: string | null;
                readonly processes?: {
                    readonly newAssignment?: components["schemas"]["ProcessName"];
                    readonly updateMessage?: components["schemas"]["ProcessName"];
                    readonly closure?: components["schemas"]["ProcessName"];
                };
                /** @enum {string} */
                readonly late?: "refuse" | "keep";
                readonly closureOnWithdrawal?: boolean;
                readonly restartWithoutReference?: boolean;
            }[];
            readonly credentials?: readonly {
                readonly id: components["schemas"]["SiteName"];
                readonly provider?: components["schemas"]["SiteName"];
                /** @enum {string} */
                readonly role?: "ticketing" | "administrator";
                readonly apiKey?: "generate" | {
                    readonly hash: string;
                };
                readonly basic?: {
                    readonly user: string;
                    readonly password: string;
                };
                readonly email?: string;
                readonly usernameToken?: {
                    readonly user: string;
                    readonly password: string;
                    readonly digest?: boolean;
                };
                readonly sharedSecret?: string;
                readonly network?: readonly string[];
            }[];
            readonly mailboxes?: readonly {
                readonly name: components["schemas"]["SiteName"];
                readonly host?: string | null;
                readonly port?: number;
                /** @enum {string} */
                readonly security?: "tls" | "starttls" | "none";
                readonly user?: string;
                readonly password?: string;
                readonly folder?: string;
                readonly trust: {
                    /** @constant */
                    readonly kind: "dmarc";
                    readonly authservId: string;
                } | {
                    /** @constant */
                    readonly kind: "sender";
                };
                readonly tagFormat?: string;
                readonly taskPatterns?: readonly string[];
                readonly pollSeconds?: number;
            }[];
            readonly systems?: readonly components["schemas"]["System"][];
            readonly mappings?: readonly components["schemas"]["Mapping"][];
            readonly alerts?: components["schemas"]["Alerts"];
            readonly remove?: {
                readonly providers?: components["schemas"]["SiteNames"];
                readonly groups?: components["schemas"]["SiteNames"];
                readonly credentials?: components["schemas"]["SiteNames"];
                readonly mailboxes?: components["schemas"]["SiteNames"];
                readonly systems?: components["schemas"]["SiteNames"];
                readonly mappings?: components["schemas"]["SiteNames"];
            };
        };
        readonly DeliveryId: string;
        readonly Comment: string;
        /** @enum {string} */
        readonly QueueStatus: "BLOCKED" | "REJECTED" | "WARNING" | "ACKNOWLEDGED" | "OKAY";
        readonly Queue: {
            readonly system: string;
            readonly task: string | null;
            readonly ticket: string | null;
            readonly status: components["schemas"]["QueueStatus"];
            readonly waiting: number;
            readonly retrying: number;
            readonly rejected: number;
            /** Format: date-time */
            readonly oldestAt: string | null;
            readonly hold: {
                readonly active: boolean;
                readonly from: components["schemas"]["OptionalTime"];
                /** Format: date-time */
                readonly until: string | null;
                readonly note: string | null;
            } | null;
        };
        /** @enum {string} */
        readonly DeliveryStatus: "ready" | "behind" | "done" | "rejected" | "acknowledged";
        readonly Delivery: {
            readonly id: components["schemas"]["DeliveryId"];
            readonly system: string;
            readonly mapping: string;
            readonly status: components["schemas"]["DeliveryStatus"];
            readonly task: string | null;
            readonly ticket: string | null;
            readonly attempts: number;
            /** Format: date-time */
            readonly dueAt: string | null;
            readonly code: string | null;
            readonly note: string | null;
            readonly handled: {
                readonly by: string;
                readonly at: components["schemas"]["Time"];
                readonly comment: string | null;
            } | null;
            readonly createdAt: components["schemas"]["Time"];
            readonly updatedAt: components["schemas"]["Time"];
        };
        readonly DeliveryDetail: {
            readonly delivery: components["schemas"]["Delivery"];
            readonly event: {
                readonly id: components["schemas"]["EventId"];
                readonly type: string;
                readonly sequence: string;
            } | null;
            readonly tries: readonly {
                readonly number: number;
                readonly at: components["schemas"]["Time"];
                readonly ms: number;
                /** @enum {string} */
                readonly class: "done" | "transient" | "ambiguous" | "permanent" | "gone";
                readonly code: string;
                readonly detail: string | null;
                readonly request: string;
                readonly answer: string | null;
            }[];
        };
        readonly Problem: {
            /** Format: uri-reference */
            readonly type: string;
            readonly title: string;
            readonly status: number;
            readonly detail?: string;
            readonly code: string;
            readonly requestId: string;
            readonly oldest?: number;
            readonly head?: number;
        };
    };
    responses: {
        readonly TaskChanged: {
            headers: {
                readonly "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                readonly Location: components["headers"]["Location"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["TaskChange"];
            };
        };
        readonly QueueAfter: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Queue"];
            };
        };
        readonly DeliveryAfter: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Delivery"];
            };
        };
        readonly Counted: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": {
                    readonly count: number;
                    readonly dryRun: boolean;
                };
            };
        };
        readonly Invalid: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Unauthenticated: {
            headers: {
                readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Forbidden: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Unknown: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Conflict: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly TooLarge: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly UnsupportedMediaType: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Unprocessable: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly RateLimited: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Failed: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        readonly Busy: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        readonly taskId: string;
        readonly ticketId: string;
        readonly system: components["schemas"]["SiteName"];
        readonly deliveryId: components["schemas"]["DeliveryId"];
        readonly attachmentId: string;
        readonly limit: number;
        readonly idempotencyKey: string;
    };
    requestBodies: {
        readonly OptionalReason: {
            readonly content: {
                readonly "application/json": {
                    readonly reason?: components["schemas"]["Reason"];
                };
            };
        };
    };
    headers: {
        readonly IdempotencyReplayed: "true";
        readonly Location: string;
        readonly ContentDisposition: string;
        readonly ETag: string;
        readonly ContentSecurityPolicy: string;
        readonly RetryAfter: number;
        readonly WwwAuthenticate: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly listTasks: {
        readonly parameters: {
            readonly query?: {
                readonly status?: components["schemas"]["TaskStatus"];
                readonly reference?: string;
                readonly after?: string;
                readonly limit?: components["parameters"]["limit"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly tasks: readonly components["schemas"]["Task"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly getTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Task"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listTaskEvents: {
        readonly parameters: {
            readonly query?: {
                readonly after?: number;
                readonly limit?: components["parameters"]["limit"];
            };
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly events: readonly components["schemas"]["Event"][];
                        readonly next: number | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly acknowledgeTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly externalReference?: components["schemas"]["ExternalReference"];
                    readonly message?: components["schemas"]["OptionalText"];
                };
            };
        };
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly addMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly message: components["schemas"]["Text"];
                    readonly externalReference?: components["schemas"]["ExternalReference"];
                    readonly visibility?: components["schemas"]["Visibility"];
                };
            };
        };
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listAttachments: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly attachments: readonly components["schemas"]["Attachment"][];
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly addAttachment: {
        readonly parameters: {
            readonly query?: {
                readonly visibility?: components["schemas"]["Visibility"];
                readonly externalReference?: string;
            };
            readonly header: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                readonly "Content-Disposition": string;
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "*/*": unknown;
            };
        };
        readonly responses: {
            readonly 201: {
                headers: {
                    readonly "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    readonly Location: components["headers"]["Location"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly event: components["schemas"]["EventId"];
                        readonly task: components["schemas"]["Task"] | null;
                        readonly attachment: components["schemas"]["Attachment"] | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly getAttachment: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly attachmentId: components["parameters"]["attachmentId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "Content-Disposition": components["headers"]["ContentDisposition"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": unknown;
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly reassignTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly outcome: "solved" | "closed" | "returned";
                    readonly solution?: components["schemas"]["OptionalText"];
                    readonly reason?: components["schemas"]["Reason"];
                    /** Format: date-time */
                    readonly resolvedAt?: string | null;
                    readonly externalReference?: components["schemas"]["ExternalReference"];
                };
            };
        };
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly assignTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly group: components["schemas"]["GroupName"];
                };
            };
        };
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly rejectSolution: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["OptionalReason"];
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly closeTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly taskId: components["parameters"]["taskId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["OptionalReason"];
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly createTicket: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly number?: components["schemas"]["NewNumber"];
                    readonly subject: components["schemas"]["Subject"];
                    readonly description?: components["schemas"]["OptionalText"];
                    readonly priority?: components["schemas"]["Priority"];
                    readonly requester?: components["schemas"]["Requester"];
                    readonly custom?: components["schemas"]["CustomFields"];
                };
            };
        };
        readonly responses: {
            readonly 201: {
                headers: {
                    readonly "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    readonly Location: components["headers"]["Location"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly event: components["schemas"]["EventId"];
                        readonly ticket: components["schemas"]["Ticket"];
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly getTicket: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly ticketId: components["parameters"]["ticketId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Ticket"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly createTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
            };
            readonly path: {
                readonly ticketId: components["parameters"]["ticketId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly number?: components["schemas"]["NewNumber"];
                    readonly group: components["schemas"]["GroupName"];
                    readonly subject: components["schemas"]["Subject"];
                    readonly description?: components["schemas"]["OptionalText"];
                    readonly priority?: components["schemas"]["Priority"];
                    readonly custom?: components["schemas"]["CustomFields"];
                };
            };
        };
        readonly responses: {
            readonly 201: components["responses"]["TaskChanged"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Unprocessable"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listEvents: {
        readonly parameters: {
            readonly query?: {
                readonly after?: number;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly events: readonly components["schemas"]["Event"][];
                        readonly next: number;
                        readonly head: number;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listAlerts: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: components["parameters"]["limit"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly alerts: readonly components["schemas"]["Alert"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly getSite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly version: number;
                        readonly providers: readonly {
                            readonly [key: string]: unknown;
                        }[];
                        readonly groups: readonly {
                            readonly [key: string]: unknown;
                        }[];
                        readonly credentials: readonly {
                            readonly [key: string]: unknown;
                        }[];
                        readonly mailboxes: readonly {
                            readonly [key: string]: unknown;
                        }[];
                        readonly systems: readonly components["schemas"]["System"][];
                        readonly mappings: readonly components["schemas"]["Mapping"][];
                        readonly alerts: components["schemas"]["Alerts"];
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly applySite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SiteDocument"];
            };
        };
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly changes: readonly {
                            /** @enum {string} */
                            readonly kind: "providers" | "groups" | "credentials" | "mailboxes" | "systems" | "mappings" | "alerts";
                            readonly name: string;
                            /** @enum {string} */
                            readonly change: "created" | "changed" | "removed";
                            readonly secret?: string;
                            readonly secrets?: {
                                readonly [key: string]: string;
                            };
                            readonly warnings?: readonly string[];
                        }[];
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listAudit: {
        readonly parameters: {
            readonly query?: {
                readonly who?: string;
                readonly kind?: string;
                readonly name?: string;
                readonly since?: components["schemas"]["GivenTime"];
                readonly until?: components["schemas"]["GivenTime"];
                readonly after?: string;
                readonly limit?: components["parameters"]["limit"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly entries: readonly components["schemas"]["AuditEntry"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly receiveMail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly mailbox: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "message/rfc822": string;
            };
        };
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly outcome: "applied" | "repeated" | "quarantined";
                        readonly events: readonly components["schemas"]["EventId"][];
                        readonly reason?: string | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listQueues: {
        readonly parameters: {
            readonly query?: {
                readonly by?: "system" | "task";
                readonly system?: components["schemas"]["SiteName"];
                readonly status?: components["schemas"]["QueueStatus"];
                readonly after?: string;
                readonly limit?: components["parameters"]["limit"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly queues: readonly components["schemas"]["Queue"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly holdQueue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly comment: components["schemas"]["Comment"];
                    readonly from?: components["schemas"]["GivenTime"];
                    readonly until?: components["schemas"]["GivenTime"];
                };
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["QueueAfter"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly releaseQueue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["QueueAfter"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly retryQueue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly task?: components["schemas"]["GivenNumber"];
                    readonly since?: components["schemas"]["GivenTime"];
                    readonly dryRun?: boolean;
                };
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Counted"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly acknowledgeQueue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly system: components["parameters"]["system"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly comment: components["schemas"]["Comment"];
                    readonly task?: components["schemas"]["GivenNumber"];
                };
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Counted"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly retryAll: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly since: components["schemas"]["GivenTime"];
                    readonly dryRun?: boolean;
                };
            };
        };
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly dryRun: boolean;
                        readonly systems: readonly {
                            readonly system: string;
                            readonly count: number;
                        }[];
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listDeliveries: {
        readonly parameters: {
            readonly query?: {
                readonly status?: components["schemas"]["DeliveryStatus"];
                readonly system?: components["schemas"]["SiteName"];
                readonly mapping?: components["schemas"]["SiteName"];
                readonly task?: components["schemas"]["GivenNumber"];
                readonly reference?: string;
                readonly from?: components["schemas"]["GivenTime"];
                readonly until?: components["schemas"]["GivenTime"];
                readonly after?: string;
                readonly limit?: components["parameters"]["limit"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly deliveries: readonly components["schemas"]["Delivery"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly getDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly deliveryId: components["parameters"]["deliveryId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly retryDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly deliveryId: components["parameters"]["deliveryId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["DeliveryAfter"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly acknowledgeDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly deliveryId: components["parameters"]["deliveryId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly comment: components["schemas"]["Comment"];
                };
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["DeliveryAfter"];
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly testMapping: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly mapping: components["schemas"]["SiteName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly task?: components["schemas"]["GivenNumber"];
                    readonly ticket?: components["schemas"]["GivenNumber"];
                    readonly event?: string;
                    readonly sendTo?: {
                        readonly url?: string;
                        readonly email?: string;
                    };
                };
            };
        };
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly event: {
                            readonly id: components["schemas"]["EventId"];
                            readonly type: string;
                            readonly time: components["schemas"]["Time"];
                        };
                        readonly task: string | null;
                        readonly ticket: string | null;
                        readonly triggered: boolean;
                        /** @enum {string} */
                        readonly result: "request" | "nothing" | "unmade";
                        readonly code: string | null;
                        readonly message: string | null;
                        readonly request: string | null;
                        readonly ms: number;
                        readonly sent: {
                            /** @enum {string} */
                            readonly class: "done" | "transient" | "ambiguous" | "permanent" | "gone";
                            readonly code: string;
                            readonly detail: string | null;
                            readonly request: string;
                            readonly answer: string | null;
                            readonly ms: number;
                        } | null;
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["Unknown"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
    readonly listAppFields: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly fields: readonly {
                            readonly app: string;
                            readonly field: string;
                            /** @enum {string} */
                            readonly type: "text" | "number" | "dateTime" | "boolean";
                            readonly placeholder: string;
                            readonly path: string;
                            readonly example: string;
                            readonly description: string;
                        }[];
                    };
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Failed"];
            readonly 503: components["responses"]["Busy"];
        };
    };
}
