// The shapes of openapi/gateway.yaml as types. Made by scripts/contract-types.ts: change the contract, not this file.

export interface paths {
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["changeTask"];
        trace?: never;
    };
    "/v1/tasks/{taskId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get: operations["listTaskEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/acknowledgement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["acknowledgeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["addMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get: operations["listAttachments"];
        put?: never;
        post: operations["addAttachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attachments/{attachmentId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachmentId: components["parameters"]["attachmentId"];
            };
            cookie?: never;
        };
        get: operations["getAttachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["reassignTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/assignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["assignTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/solution-rejection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rejectSolution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{taskId}/closure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["closeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTickets"];
        put?: never;
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/{ticketId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        get: operations["getTicket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["changeTicket"];
        trace?: never;
    };
    "/v1/tickets/{ticketId}/closure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["closeTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/{ticketId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["addTicketMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/{ticketId}/reopening": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["reopenTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/{ticketId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        get: operations["listTicketEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/{ticketId}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ticket-statuses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTicketStatuses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: components["parameters"]["group"];
            };
            cookie?: never;
        };
        get: operations["getGroup"];
        put: operations["putGroup"];
        post?: never;
        delete: operations["removeGroup"];
        options?: never;
        head?: never;
        patch: operations["changeGroup"];
        trace?: never;
    };
    "/v1/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listPersons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: components["parameters"]["person"];
            };
            cookie?: never;
        };
        get: operations["getPerson"];
        put: operations["putPerson"];
        post?: never;
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        patch: operations["changePerson"];
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: components["schemas"]["EventId"];
            };
            cookie?: never;
        };
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cursors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listCursors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cursors/{cursor}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cursor: components["schemas"]["CursorName"];
            };
            cookie?: never;
        };
        get: operations["getCursor"];
        put: operations["moveCursor"];
        post?: never;
        delete: operations["removeCursor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/site": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSite"];
        put?: never;
        post: operations["applySite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listCredentials"];
        put?: never;
        post: operations["createCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credentialId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credentialId: components["parameters"]["credentialId"];
            };
            cookie?: never;
        };
        get: operations["getCredential"];
        put?: never;
        post?: never;
        delete: operations["deleteCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credentialId}/rotations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credentialId: components["parameters"]["credentialId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rotateCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["importRecords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mailboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listMailboxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mailboxes/{mailbox}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox: string;
            };
            cookie?: never;
        };
        get: operations["listMailAnswers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mailboxes/{mailbox}/mails": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["receiveMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues/{system}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        get?: never;
        put: operations["holdQueue"];
        post?: never;
        delete: operations["releaseQueue"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues/{system}/retries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retryQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues/{system}/acknowledgements": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["acknowledgeQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/retries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retryAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: components["parameters"]["deliveryId"];
            };
            cookie?: never;
        };
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{deliveryId}/retries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: components["parameters"]["deliveryId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retryDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{deliveryId}/acknowledgements": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: components["parameters"]["deliveryId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["acknowledgeDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/dismissals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["dismissMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{messageId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{messageId}/raw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        get: operations["getMessageRaw"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{messageId}/mail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        get: operations["getMessageMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{messageId}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["runMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{messageId}/dismissals": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["dismissMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mappings/{mapping}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mapping: components["schemas"]["SiteName"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["testMapping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/app-fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAppFields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header: {
                    "webhook-id": components["schemas"]["DeliveryId"];
                    "Idempotency-Key": components["schemas"]["DeliveryId"];
                    "webhook-timestamp"?: string;
                    "webhook-signature"?: string;
                    "X-Crossdesk-Test"?: "true";
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OutgoingMessage"];
                };
            };
            responses: {
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": unknown;
                    };
                };
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @enum {string} */
        TaskStatus: "assigned" | "acknowledged" | "solved" | "closed";
        EventId: string;
        ExternalReference: string | null;
        GroupName: string;
        NewNumber: string | null;
        Subject: string;
        Priority: string | null;
        Requester: string | null;
        Reason: string | null;
        Text: string;
        OptionalText: string | null;
        /** @enum {string} */
        Visibility: "internal" | "provider";
        CustomFields: {
            [key: string]: string;
        };
        /** Format: date-time */
        Time: string;
        /** Format: date-time */
        GivenTime: string;
        GivenNumber: string;
        /** Format: date-time */
        OptionalTime: string | null;
        TicketRecord: {
            /** @enum {string} */
            kind: "ticket";
            number: components["schemas"]["ImportedNumber"];
            subject: components["schemas"]["Subject"];
            description?: components["schemas"]["OptionalText"];
            priority?: components["schemas"]["Priority"];
            requester?: components["schemas"]["Requester"];
            custom?: components["schemas"]["CustomFields"];
            status?: string;
            requesterPerson?: string | null;
            engineer?: components["schemas"]["Engineer"];
            appointment?: components["schemas"]["Appointment"];
            result?: components["schemas"]["OptionalText"];
            createdAt?: components["schemas"]["GivenTime"];
        };
        TaskRecord: {
            /** @enum {string} */
            kind: "task";
            number: components["schemas"]["ImportedNumber"];
            ticket: components["schemas"]["ImportedNumber"];
            status: components["schemas"]["TaskStatus"];
            group: components["schemas"]["GroupName"];
            subject: components["schemas"]["Subject"];
            description?: components["schemas"]["OptionalText"];
            priority?: components["schemas"]["Priority"];
            solution?: components["schemas"]["OptionalText"];
            /** Format: date-time */
            resolvedAt?: string | null;
            custom?: components["schemas"]["CustomFields"];
            references?: {
                provider: components["schemas"]["SiteName"];
                reference: string;
                since?: components["schemas"]["GivenTime"];
            }[];
            createdAt?: components["schemas"]["GivenTime"];
            history?: components["schemas"]["HistoryRecord"][];
        };
        HistoryRecord: {
            id?: string;
            type: string;
            at: components["schemas"]["GivenTime"];
            /** @enum {string} */
            direction?: "In" | "Out";
            provider?: components["schemas"]["SiteName"];
            channel?: components["schemas"]["Channel"];
            status?: components["schemas"]["TaskStatus"];
            group?: components["schemas"]["GroupName"];
            holder?: string | null;
            reference?: string;
            text?: components["schemas"]["Text"];
            visibility?: components["schemas"]["Visibility"];
            reason?: string;
            closed?: boolean;
            late?: boolean;
            fields?: {
                subject?: components["schemas"]["Subject"];
                description?: components["schemas"]["OptionalText"];
                priority?: components["schemas"]["Priority"];
                solution?: components["schemas"]["OptionalText"];
                /** Format: date-time */
                resolvedAt?: string | null;
                custom?: components["schemas"]["CustomFields"];
            };
        };
        ImportedNumber: string;
        /** @enum {string} */
        Channel: "soap" | "rest" | "email" | "console" | "portal" | "gateway" | "import";
        Task: {
            number: string;
            ticket: string;
            status: components["schemas"]["TaskStatus"];
            group: string;
            provider: string | null;
            reference: string | null;
            subject: string;
            description: string | null;
            priority: string | null;
            solution: string | null;
            resolvedAt: components["schemas"]["OptionalTime"];
            custom: components["schemas"]["CustomFields"];
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
        };
        Ticket: {
            number: string;
            status: string;
            portalStatus: components["schemas"]["PortalStatus"];
            subject: string;
            description: string | null;
            priority: string | null;
            requester: string | null;
            requesterPerson: string | null;
            engineer: components["schemas"]["Engineer"];
            appointment: components["schemas"]["Appointment"];
            result: string | null;
            custom: components["schemas"]["CustomFields"];
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
        };
        TaskChange: {
            event: components["schemas"]["EventId"];
            task: components["schemas"]["Task"] | null;
        };
        /** @enum {string} */
        Scope: "tasks:read" | "tasks:write" | "tickets:read" | "tickets:write" | "attachments:read" | "attachments:write" | "persons:read" | "persons:write" | "events:read" | "events:write" | "alerts:read" | "messages:read" | "messages:write" | "mails:write" | "deliveries:read" | "deliveries:write" | "site:read" | "site:write" | "data:read" | "data:write" | "keys:read" | "keys:write" | "metrics:read" | "audit:read";
        NewCredential: {
            id: components["schemas"]["SiteName"];
            provider?: components["schemas"]["SiteName"];
            /** @enum {string} */
            role?: "ticketing" | "administrator";
            rateLimit?: string;
            apiKey?: "generate" | {
                hash: string;
            };
            basic?: {
                user: string;
                password: string;
            };
            email?: string;
            usernameToken?: {
                user: string;
                password: string;
                digest?: boolean;
            };
            sharedSecret?: string;
            network?: string[];
            scopes?: string[];
            /** Format: date-time */
            notBefore?: string | null;
            /** Format: date-time */
            expiresAt?: string | null;
        };
        IssuerText: string;
        OptionalIssuerText: string | null;
        GivenScopes: string[];
        Issuer: {
            name: components["schemas"]["SiteName"];
            issuer: string;
            audience: components["schemas"]["IssuerText"] | components["schemas"]["IssuerText"][];
            jwksUri?: string | null;
            algorithms?: components["schemas"]["IssuerText"][];
            types?: components["schemas"]["IssuerText"][];
            clockSkewSeconds?: number;
            claims?: {
                client?: components["schemas"]["IssuerText"];
                provider?: components["schemas"]["OptionalIssuerText"];
                role?: components["schemas"]["OptionalIssuerText"];
                scope?: components["schemas"]["OptionalIssuerText"];
            };
            clients?: {
                id: components["schemas"]["IssuerText"];
                provider?: components["schemas"]["SiteName"];
                /** @enum {string} */
                role?: "ticketing" | "administrator";
                scopes?: components["schemas"]["GivenScopes"];
            }[];
            providers?: components["schemas"]["SiteName"][];
            roles?: ("ticketing" | "administrator")[];
            scopes?: components["schemas"]["GivenScopes"];
        };
        Credential: {
            id: string;
            /** @enum {string} */
            kind: "api_key" | "basic" | "username_token" | "shared_secret" | "network" | "email";
            provider: string | null;
            role: string | null;
            user: string | null;
            scopes: components["schemas"]["Scope"][] | null;
            notBefore: components["schemas"]["OptionalTime"];
            expiresAt: components["schemas"]["OptionalTime"];
            /** Format: date-time */
            lastUsedAt: string | null;
            keys: {
                version: number;
                createdAt: components["schemas"]["OptionalTime"];
                endsAt: components["schemas"]["OptionalTime"];
            }[];
        };
        AuditEntry: {
            id: string;
            at: components["schemas"]["Time"];
            who: string;
            address: string | null;
            requestId: string | null;
            kind: string;
            name: string;
            deed: string;
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
        };
        Position: number;
        MailPatterns: string[];
        EventType: string;
        CursorName: string;
        Cursor: {
            name: string;
            holder: string;
            position: components["schemas"]["Position"];
            lag: number;
            updatedAt: components["schemas"]["Time"];
        };
        Event: {
            /** @constant */
            specversion: "1.0";
            id: components["schemas"]["EventId"];
            source: string;
            type: string;
            subject: string;
            time: components["schemas"]["Time"];
            sequence: string;
            /** @constant */
            datacontenttype: "application/json";
            data: components["schemas"]["EventData"];
        };
        EventData: {
            requestType: string | null;
            /** @enum {unknown} */
            direction: "In" | "Out" | null;
            app: string | null;
            channel: components["schemas"]["Channel"];
            provider: string | null;
            process: {
                id: string;
                name: string | null;
            } | null;
            message: {
                text: string;
                visibility: components["schemas"]["Visibility"];
                author?: string;
            } | null;
            attachment: components["schemas"]["EventAttachment"] | null;
            reason: string | null;
            closed: boolean;
            late: boolean;
            changed: string[];
            ticket: components["schemas"]["EventTicket"] | null;
            task: components["schemas"]["EventTask"];
            alert: components["schemas"]["Alert"] | null;
            test: boolean;
        };
        EventTask: {
            number: string;
            status: components["schemas"]["TaskStatus"];
            group: string;
            provider: string | null;
            reference: string | null;
            subject: string;
            description: string | null;
            priority: string | null;
            solution: string | null;
            resolvedAt: components["schemas"]["OptionalTime"];
            custom: components["schemas"]["CustomFields"];
        } | null;
        AttachmentId: string;
        FileName: string;
        ContentType: string;
        Sha256: string;
        Href: string;
        EventAttachment: {
            id: components["schemas"]["AttachmentId"];
            name: components["schemas"]["FileName"];
            contentType: components["schemas"]["ContentType"];
            size: number;
            sha256: components["schemas"]["Sha256"];
            visibility: components["schemas"]["Visibility"];
            href: components["schemas"]["Href"];
            inline: components["schemas"]["IsInline"];
            contentId: components["schemas"]["ContentId"];
        };
        IsInline: boolean;
        ContentId: string | null;
        /** @enum {string} */
        MailAnswerState: "waiting" | "sending" | "sent" | "failed" | "unknown";
        MailAnswer: {
            id: string;
            /** @enum {string} */
            kind: "accepted" | "refused" | "oversize";
            recipient: string;
            subject: string;
            text: string;
            inReplyTo: string | null;
            state: components["schemas"]["MailAnswerState"];
            tries: number;
            code: string | null;
            note: string | null;
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
        };
        MailFiles: {
            most?: number;
            mostBytes?: number;
            types?: string[];
            /** @enum {string} */
            inlineImages?: "take" | "leave";
            /** @enum {string} */
            refused?: "aside" | "leave";
        } | null;
        Attachment: {
            id: components["schemas"]["AttachmentId"];
            name: components["schemas"]["FileName"];
            contentType: components["schemas"]["ContentType"];
            size: number;
            sha256: components["schemas"]["Sha256"];
            visibility: components["schemas"]["Visibility"];
            href: components["schemas"]["Href"];
            inline: components["schemas"]["IsInline"];
            contentId: components["schemas"]["ContentId"];
            provider: string | null;
            event: components["schemas"]["EventId"];
            addedAt: components["schemas"]["Time"];
        };
        Alert: {
            /** @enum {string} */
            kind: "queue_long" | "deliveries_failing" | "no_reference" | "provider_silent" | "mailbox_unread" | "mailbox_silent";
            name: string;
            system: string | null;
            provider: string | null;
            task: string | null;
            mailbox?: string;
            says: string;
            since: components["schemas"]["Time"];
        };
        MailboxState: {
            name: components["schemas"]["SiteName"];
            host: string | null;
            user: string;
            folder: string;
            /** @enum {string} */
            state: "waiting" | "reading" | "failing" | "starting" | "not_read";
            /** Format: date-time */
            since: string | null;
            /** Format: date-time */
            lastReadAt: string | null;
            /** Format: date-time */
            lastMailAt: string | null;
            waiting: number;
            lagSeconds: number;
            failures: number;
            lastError: null | {
                at: components["schemas"]["Time"];
                says: string;
            };
            mails: {
                [key: string]: number;
            };
        };
        SiteName: string;
        SiteNames: components["schemas"]["SiteName"][];
        ProcessName: string | null;
        OutgoingText: string;
        OutgoingDescription: string;
        Expression: string | null;
        Url: string;
        Headers: {
            [key: string]: string;
        };
        MailAddress: string;
        Auth: {
            /** @enum {string} */
            kind: "none" | "basic" | "apiKey" | "oauth2" | "wsse" | "standardWebhooks";
        } & (unknown & unknown & unknown & unknown & unknown & unknown);
        AnswerRule: {
            reference?: components["schemas"]["Expression"];
            update?: components["schemas"]["Expression"];
        };
        Api: {
            /** @enum {string} */
            kind: "rest" | "soap" | "email";
        } & (unknown & unknown & unknown);
        System: {
            name: components["schemas"]["SiteName"];
            active?: boolean;
            description?: components["schemas"]["OutgoingDescription"];
            provider?: string | null;
            unrestricted?: boolean;
            groups?: components["schemas"]["SiteNames"];
            projects?: components["schemas"]["OutgoingText"][];
            properties?: {
                [key: string]: string;
            };
            secrets?: {
                [key: string]: string | null;
            };
            apis?: {
                [key: string]: components["schemas"]["Api"];
            };
            values?: {
                [key: string]: {
                    [key: string]: string;
                } | string[][];
            };
            limits?: {
                [key: string]: {
                    length?: number | null;
                    /** @enum {string} */
                    charset?: "unicode" | "bmp" | "latin1" | "ascii";
                    /** @enum {string} */
                    beyond?: "cut" | "refuse";
                };
            };
            delivery?: {
                retryAfterSeconds?: number[];
                timeoutMs?: number;
                inFlight?: number;
                perSecond?: number | null;
                /** @enum {string} */
                afterFailure?: "hold" | "pass";
                attachmentBytes?: number;
            };
        };
        Words: string[] | null;
        Trigger: {
            requests?: {
                type: string;
                /** @enum {string} */
                direction?: "In" | "Out";
            }[] | null;
            taskStatuses?: components["schemas"]["Words"];
            ticketStatuses?: components["schemas"]["Words"];
            fields?: components["schemas"]["Words"];
            groups?: components["schemas"]["Words"];
            alerts?: components["schemas"]["Words"];
        } | null;
        Mapping: {
            name: components["schemas"]["SiteName"];
            active?: boolean;
            description?: components["schemas"]["OutgoingDescription"];
            system: components["schemas"]["SiteName"];
            api?: components["schemas"]["SiteName"];
            trigger?: components["schemas"]["Trigger"];
            condition?: string | null;
            /** @enum {string} */
            language?: "jsonata" | "liquid";
            body?: string;
        };
        QueueLong: number | null;
        DeadLetters: number | null;
        WaitingMinutes: number | null;
        NoReferenceMinutes: number | null;
        SilentHours: number | null;
        UnreadMinutes: number | null;
        MailSilentHours: number | null;
        Alerts: {
            queueLong?: components["schemas"]["QueueLong"];
            deadLetters?: components["schemas"]["DeadLetters"];
            waitingMinutes?: components["schemas"]["WaitingMinutes"];
            noReferenceMinutes?: components["schemas"]["NoReferenceMinutes"];
            silentHours?: components["schemas"]["SilentHours"];
            unreadMinutes?: components["schemas"]["UnreadMinutes"];
            mailSilentHours?: components["schemas"]["MailSilentHours"];
            mailboxes?: {
                [key: string]: {
                    unreadMinutes?: components["schemas"]["UnreadMinutes"];
                    mailSilentHours?: components["schemas"]["MailSilentHours"];
                };
            };
            systems?: {
                [key: string]: {
                    queueLong?: components["schemas"]["QueueLong"];
                    deadLetters?: components["schemas"]["DeadLetters"];
                    waitingMinutes?: components["schemas"]["WaitingMinutes"];
                };
            };
            providers?: {
                [key: string]: {
                    noReferenceMinutes?: components["schemas"]["NoReferenceMinutes"];
                    silentHours?: components["schemas"]["SilentHours"];
                };
            };
        };
        /** @enum {string} */
        PortalStatus: "received" | "scheduling" | "dispatched" | "on_route" | "arrived" | "completed" | "closed";
        TicketStatusName: string;
        TicketStatus: {
            name: components["schemas"]["TicketStatusName"];
            title?: string;
            portal: components["schemas"]["PortalStatus"];
            final?: boolean;
        };
        PersonId: string | null;
        Engineer: {
            person: string | null;
            name: string;
            phone: string | null;
        } | null;
        EngineerPatch: {
            person?: components["schemas"]["PersonId"];
            name?: string | null;
            phone?: components["schemas"]["Phone"];
        } | null;
        Appointment: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until: string;
        } | null;
        AppointmentPatch: {
            /** Format: date-time */
            from?: string | null;
            /** Format: date-time */
            until?: string | null;
        } | null;
        CustomPatch: {
            [key: string]: string | null;
        } | null;
        TicketChange: {
            event: string | null;
            ticket: components["schemas"]["Ticket"];
        };
        GroupProcesses: {
            newAssignment?: components["schemas"]["ProcessName"];
            updateMessage?: components["schemas"]["ProcessName"];
            closure?: components["schemas"]["ProcessName"];
        };
        Group: {
            name: string;
            integrated: boolean;
            provider: string | null;
            returnGroup: string | null;
            processes: components["schemas"]["GroupProcesses"];
            /** @enum {string} */
            late: "refuse" | "keep";
            closureOnWithdrawal: boolean;
            restartWithoutReference: boolean;
        };
        GroupBody: {
            provider?: string | null;
            returnGroup?: string | null;
            processes?: components["schemas"]["GroupProcesses"];
            /** @enum {string} */
            late?: "refuse" | "keep";
            closureOnWithdrawal?: boolean;
            restartWithoutReference?: boolean;
        };
        GroupPatch: {
            provider?: string | null;
            returnGroup?: string | null;
            processes?: components["schemas"]["GroupProcesses"];
            /** @enum {string} */
            late?: "refuse" | "keep";
            closureOnWithdrawal?: boolean;
            restartWithoutReference?: boolean;
        };
        Person: {
            id: string;
            name: string;
            email: string | null;
            phone: string | null;
            language: string | null;
            roles: components["schemas"]["PersonRoles"];
        };
        PersonBody: {
            name: components["schemas"]["PersonName"];
            email?: components["schemas"]["PersonEmail"];
            phone?: components["schemas"]["Phone"];
            language?: components["schemas"]["Language"];
            roles?: components["schemas"]["PersonRoles"];
        };
        PersonPatch: {
            name?: components["schemas"]["PersonName"];
            email?: components["schemas"]["PersonEmail"];
            phone?: components["schemas"]["Phone"];
            language?: components["schemas"]["Language"];
            roles?: components["schemas"]["PersonRoles"];
        };
        EventTicket: {
            number: string;
            status: string;
            subject: string;
            description: string | null;
            priority: string | null;
            requester: string | null;
            requesterPerson: string | null;
            engineer: components["schemas"]["Engineer"];
            appointment: components["schemas"]["Appointment"];
            result: string | null;
            custom: components["schemas"]["CustomFields"];
        };
        PersonName: string;
        Phone: string | null;
        PersonEmail: string | null;
        Language: string | null;
        PersonRoles: ("requester" | "engineer" | "agent")[];
        SiteDocument: {
            providers?: {
                name: components["schemas"]["SiteName"];
                timeZone?: string;
                repeatWindowMinutes?: number;
                test?: boolean;
                soap?: {
                    charset?: string;
                    anyBody?: boolean;
                };
            }[];
            groups?: {
                name: components["schemas"]["SiteName"];
                provider?: string | null;
                returnGroup?: string | null;
                processes?: {
                    newAssignment?: components["schemas"]["ProcessName"];
                    updateMessage?: components["schemas"]["ProcessName"];
                    closure?: components["schemas"]["ProcessName"];
                };
                /** @enum {string} */
                late?: "refuse" | "keep";
                closureOnWithdrawal?: boolean;
                restartWithoutReference?: boolean;
            }[];
            credentials?: components["schemas"]["NewCredential"][];
            mailboxes?: {
                name: components["schemas"]["SiteName"];
                host?: string | null;
                port?: number;
                /** @enum {string} */
                security?: "tls" | "starttls" | "none";
                user?: string;
                password?: string;
                folder?: string;
                ca?: string;
                oauth2?: {
                    tokenUrl: string;
                    clientId: string;
                    clientSecret?: string;
                    scope?: string | null;
                    refreshToken?: string;
                };
                handled?: {
                    /** @enum {unknown} */
                    kind: "mark" | "delete";
                } | {
                    /** @constant */
                    kind: "move";
                    folder: string;
                };
                trust: {
                    /** @constant */
                    kind: "dmarc";
                    authservId: string | null;
                } | {
                    /** @constant */
                    kind: "sender";
                } | {
                    /** @constant */
                    kind: "token";
                };
                tagFormat?: string | string[];
                labels?: {
                    [key: string]: string[];
                };
                words?: {
                    solved?: string[];
                    closed?: string[];
                    returned?: string[];
                    acknowledgement?: string[];
                    update?: string[];
                    reassignment?: string[];
                    ticket?: string[];
                };
                taskPatterns?: components["schemas"]["MailPatterns"];
                ticketPatterns?: components["schemas"]["MailPatterns"];
                referencePatterns?: components["schemas"]["MailPatterns"];
                /** @enum {string} */
                openTickets?: "nobody" | "providers" | "persons" | "anybody";
                failoverPerson?: string | null;
                strangersPerHour?: number | null;
                /** @enum {string} */
                untrusted?: "nothing" | "quarantine" | "message";
                attachments?: components["schemas"]["MailFiles"];
                pollSeconds?: number;
                budget?: {
                    mails: number;
                    minutes: number;
                } | null;
                answers?: {
                    host: string;
                    port?: number;
                    /** @enum {string} */
                    security?: "tls" | "starttls" | "none";
                    user?: string | null;
                    password?: string | null;
                    from: string;
                    kinds?: ("accepted" | "refused" | "oversize")[];
                    language?: string;
                    languages?: {
                        [key: string]: string;
                    };
                    perHour?: number;
                    texts?: {
                        [key: string]: {
                            accepted?: components["schemas"]["MailLetter"];
                            refused?: components["schemas"]["MailLetter"];
                            oversize?: components["schemas"]["MailLetter"];
                        };
                    };
                } | null;
            }[];
            systems?: components["schemas"]["System"][];
            mappings?: components["schemas"]["Mapping"][];
            alerts?: components["schemas"]["Alerts"];
            ticketStatuses?: components["schemas"]["TicketStatus"][];
            persons?: {
                id: components["schemas"]["SiteName"];
                name: components["schemas"]["PersonName"];
                email?: components["schemas"]["PersonEmail"];
                phone?: components["schemas"]["Phone"];
                language?: components["schemas"]["Language"];
                roles?: components["schemas"]["PersonRoles"];
            }[];
            issuers?: components["schemas"]["Issuer"][];
            remove?: {
                providers?: components["schemas"]["SiteNames"];
                groups?: components["schemas"]["SiteNames"];
                credentials?: components["schemas"]["SiteNames"];
                mailboxes?: components["schemas"]["SiteNames"];
                systems?: components["schemas"]["SiteNames"];
                mappings?: components["schemas"]["SiteNames"];
                persons?: components["schemas"]["SiteNames"];
                issuers?: components["schemas"]["SiteNames"];
            };
        };
        DeliveryId: string;
        Comment: string;
        /** @enum {string} */
        QueueStatus: "BLOCKED" | "REJECTED" | "WARNING" | "ACKNOWLEDGED" | "OKAY";
        Queue: {
            system: string;
            task: string | null;
            ticket: string | null;
            status: components["schemas"]["QueueStatus"];
            waiting: number;
            retrying: number;
            rejected: number;
            /** Format: date-time */
            oldestAt: string | null;
            hold: {
                active: boolean;
                from: components["schemas"]["OptionalTime"];
                /** Format: date-time */
                until: string | null;
                note: string | null;
            } | null;
        };
        /** @enum {string} */
        DeliveryStatus: "ready" | "behind" | "done" | "rejected" | "acknowledged";
        Delivery: {
            id: components["schemas"]["DeliveryId"];
            system: string;
            mapping: string;
            status: components["schemas"]["DeliveryStatus"];
            task: string | null;
            ticket: string | null;
            attempts: number;
            /** Format: date-time */
            dueAt: string | null;
            code: string | null;
            note: string | null;
            handled: {
                by: string;
                at: components["schemas"]["Time"];
                comment: string | null;
            } | null;
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
        };
        /** @enum {string} */
        MessageKind: "accepted" | "repeated" | "refused" | "quarantined" | "delivery";
        /** @enum {string} */
        MessageState: "open" | "run" | "dismissed" | "noise";
        ReasonCode: string;
        MailSender: string;
        MailLook: {
            from: string | null;
            subject: string;
            date: string | null;
            messageId: string | null;
            kind: string;
            text: string;
            textCut: boolean;
            words: string;
            tags: {
                label: string;
                value: string;
            }[];
            files: {
                name: string;
                contentType: string;
                inline: boolean;
                bytes: number;
            }[];
            leadsTo: {
                commands: string[];
                reason: string | null;
                detail: string | null;
            };
        };
        Message: {
            id: string;
            kind: components["schemas"]["MessageKind"];
            state: components["schemas"]["MessageState"] | null;
            /** @enum {string} */
            channel: "soap" | "rest" | "email" | "console" | "portal" | "gateway" | "import" | "outgoing";
            operation: string | null;
            place: string | null;
            requestId: string | null;
            address: string | null;
            caller: {
                kind: string;
                provider: string | null;
                credential: string | null;
            } | null;
            task: string | null;
            named: {
                task: string | null;
                reference: string | null;
            };
            event: string | null;
            code: string | null;
            detail: string | null;
            status: number | null;
            sender: string | null;
            subject: string | null;
            bytes: number | null;
            /** @enum {string} */
            raw: "none" | "part" | "whole";
            masked: boolean;
            handled: {
                by: string;
                /** Format: date-time */
                at: string;
                comment: string | null;
            } | null;
            /** Format: date-time */
            at: string;
        };
        MessageDetail: {
            message: components["schemas"]["Message"];
            sent: {
                method: string | null;
                contentType: string | null;
                soapAction: string | null;
            };
            answer: {
                status: number;
                contentType: string;
                body: string;
            } | null;
        };
        MailLetter: {
            subject: string;
            text: string;
        };
        DeliveryDetail: {
            delivery: components["schemas"]["Delivery"];
            event: {
                id: components["schemas"]["EventId"];
                type: string;
                sequence: string;
            } | null;
            tries: {
                number: number;
                at: components["schemas"]["Time"];
                ms: number;
                /** @enum {string} */
                class: "done" | "transient" | "ambiguous" | "permanent" | "gone";
                code: string;
                detail: string | null;
                request: string;
                answer: string | null;
            }[];
            messageId: string | null;
            reports: {
                at: components["schemas"]["Time"];
                mailbox: string;
                /** @enum {string} */
                action: "failed" | "delayed" | "delivered" | "relayed" | "expanded";
                status: string | null;
                recipient: string | null;
                diagnostic: string | null;
            }[];
            reportCount: number;
        };
        OutgoingEvent: {
            id: components["schemas"]["EventId"];
            position: number;
            type: string;
            at: components["schemas"]["Time"];
            requestType: string | null;
            /** @enum {unknown} */
            direction: "In" | "Out" | null;
            app: string | null;
            /** @enum {string} */
            channel: "soap" | "rest" | "email" | "console" | "portal" | "gateway";
            provider: string | null;
            processId: string | null;
            processName: string | null;
            reason: string | null;
            closedByProvider: boolean;
            late: boolean;
            changed: string[];
            attachment: {
                id: components["schemas"]["AttachmentId"];
                name: components["schemas"]["FileName"];
                contentType: components["schemas"]["ContentType"];
                size: number;
                sha256: components["schemas"]["Sha256"];
                inline: components["schemas"]["IsInline"];
            } | null;
            alert: components["schemas"]["Alert"] | null;
        };
        OutgoingMessage: {
            event: components["schemas"]["OutgoingEvent"];
            task: components["schemas"]["EventTask"];
            ticket: components["schemas"]["EventTicket"] | Record<string, never>;
            message: string | null;
        };
        Problem: {
            /** Format: uri-reference */
            type: string;
            title: string;
            status: number;
            detail?: string;
            code: string;
            requestId: string;
            oldest?: number;
            head?: number;
            position?: number;
            scope?: string;
        };
    };
    responses: {
        ChangedBriefly: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                ETag: components["headers"]["VersionTag"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                "Preference-Applied": components["headers"]["PreferenceApplied"];
                "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                [name: string]: unknown;
            };
            content?: never;
        };
        TaskChanged: {
            headers: {
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                Location: components["headers"]["Location"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Preference-Applied": components["headers"]["PreferenceApplied"];
                "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["TaskChange"];
            };
        };
        QueueAfter: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Queue"];
            };
        };
        DeliveryAfter: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Delivery"];
            };
        };
        Counted: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    count: number;
                    dryRun: boolean;
                };
            };
        };
        NotModified: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                ETag: components["headers"]["VersionTag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        Invalid: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Unauthenticated: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Unknown: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        PreconditionFailed: {
            headers: {
                ETag: components["headers"]["VersionTag"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        TooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        UnsupportedMediaType: {
            headers: {
                "Accept-Patch": components["headers"]["AcceptPatch"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Gone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        CursorAfter: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Cursor"];
            };
        };
        RateLimited: {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Failed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Busy: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        taskId: string;
        ticketId: string;
        system: components["schemas"]["SiteName"];
        deliveryId: components["schemas"]["DeliveryId"];
        credentialId: components["schemas"]["SiteName"];
        messageId: string;
        attachmentId: string;
        limit: number;
        feedAfter: components["schemas"]["Position"];
        feedCursor: components["schemas"]["CursorName"];
        feedOldest: components["schemas"]["Position"];
        feedType: components["schemas"]["EventType"][];
        feedDirection: "In" | "Out";
        feedProvider: components["schemas"]["SiteName"];
        feedTask: string;
        feedTest: "exclude" | "include" | "only";
        group: components["schemas"]["SiteName"];
        person: components["schemas"]["SiteName"];
        ifMatch: string;
        ifNoneMatch: string;
        prefer: string;
        idempotencyKey: string;
    };
    requestBodies: {
        OptionalReason: {
            content: {
                "application/json": {
                    reason?: components["schemas"]["Reason"];
                };
            };
        };
    };
    headers: {
        IdempotencyReplayed: "true";
        Location: string;
        ContentDisposition: string;
        ETag: string;
        VersionTag: string;
        ContentSecurityPolicy: string;
        Link: string;
        Tag: string;
        PreferenceApplied: string;
        CrossdeskEvent: string;
        RateLimit: string;
        RateLimitPolicy: string;
        ReprDigest: string;
        ContentRange: string;
        AcceptRanges: "bytes";
        RetryAfter: number;
        WwwAuthenticate: string;
        AccelBuffering: string;
        AcceptPatch: string;
        RequestId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listTasks: {
        parameters: {
            query?: {
                status?: components["schemas"]["TaskStatus"][];
                group?: components["schemas"]["GroupName"];
                ticket?: components["schemas"]["GivenNumber"];
                reference?: string;
                updatedSince?: components["schemas"]["GivenTime"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: {
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Link: components["headers"]["Link"];
                    ETag: components["headers"]["Tag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tasks: components["schemas"]["Task"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["VersionTag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    changeTask: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": {
                    subject?: components["schemas"]["Subject"];
                    description?: components["schemas"]["OptionalText"];
                    priority?: components["schemas"]["Priority"];
                    custom?: components["schemas"]["CustomPatch"];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["VersionTag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event: string | null;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            204: components["responses"]["ChangedBriefly"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listTaskEvents: {
        parameters: {
            query?: {
                after?: number;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        next: number | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    acknowledgeTask: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    externalReference?: components["schemas"]["ExternalReference"];
                    message?: components["schemas"]["OptionalText"];
                };
            };
        };
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    addMessage: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message: components["schemas"]["Text"];
                    externalReference?: components["schemas"]["ExternalReference"];
                    visibility?: components["schemas"]["Visibility"];
                };
            };
        };
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listAttachments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attachments: components["schemas"]["Attachment"][];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    addAttachment: {
        parameters: {
            query?: {
                visibility?: components["schemas"]["Visibility"];
                externalReference?: string;
            };
            header: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
                "Content-Disposition": string;
                "Content-Digest"?: string;
                "Repr-Digest"?: string;
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    Location: components["headers"]["Location"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event: components["schemas"]["EventId"];
                        task: components["schemas"]["Task"] | null;
                        attachment: components["schemas"]["Attachment"] | null;
                    };
                };
            };
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getAttachment: {
        parameters: {
            query?: never;
            header?: {
                Range?: string;
                "If-Range"?: string;
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                attachmentId: components["parameters"]["attachmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "Content-Disposition": components["headers"]["ContentDisposition"];
                    ETag: components["headers"]["ETag"];
                    "Accept-Ranges": components["headers"]["AcceptRanges"];
                    "Repr-Digest": components["headers"]["ReprDigest"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            206: {
                headers: {
                    "Content-Range": components["headers"]["ContentRange"];
                    "Content-Disposition": components["headers"]["ContentDisposition"];
                    ETag: components["headers"]["ETag"];
                    "Accept-Ranges": components["headers"]["AcceptRanges"];
                    "Repr-Digest": components["headers"]["ReprDigest"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            416: {
                headers: {
                    "Content-Range": components["headers"]["ContentRange"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    reassignTask: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    outcome: "solved" | "closed" | "returned";
                    solution?: components["schemas"]["OptionalText"];
                    reason?: components["schemas"]["Reason"];
                    /** Format: date-time */
                    resolvedAt?: string | null;
                    externalReference?: components["schemas"]["ExternalReference"];
                };
            };
        };
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    assignTask: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    group: components["schemas"]["GroupName"];
                };
            };
        };
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    rejectSolution: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OptionalReason"];
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    closeTask: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                taskId: components["parameters"]["taskId"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OptionalReason"];
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listTickets: {
        parameters: {
            query?: {
                status?: components["schemas"]["TicketStatusName"];
                portalStatus?: components["schemas"]["PortalStatus"];
                number?: components["schemas"]["GivenNumber"];
                requester?: string;
                engineer?: components["schemas"]["SiteName"];
                updatedSince?: components["schemas"]["GivenTime"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tickets: components["schemas"]["Ticket"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    createTicket: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    number?: components["schemas"]["NewNumber"];
                    subject: components["schemas"]["Subject"];
                    description?: components["schemas"]["OptionalText"];
                    priority?: components["schemas"]["Priority"];
                    status?: string | null;
                    requester?: components["schemas"]["Requester"];
                    requesterPerson?: components["schemas"]["PersonId"];
                    engineer?: components["schemas"]["EngineerPatch"];
                    appointment?: components["schemas"]["AppointmentPatch"];
                    result?: components["schemas"]["OptionalText"];
                    custom?: components["schemas"]["CustomFields"];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    Location: components["headers"]["Location"];
                    ETag: components["headers"]["VersionTag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event: components["schemas"]["EventId"];
                        ticket: components["schemas"]["Ticket"];
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getTicket: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["VersionTag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    changeTicket: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": {
                    status?: components["schemas"]["TicketStatusName"];
                    subject?: components["schemas"]["Subject"];
                    description?: components["schemas"]["OptionalText"];
                    priority?: components["schemas"]["Priority"];
                    requester?: components["schemas"]["Requester"];
                    requesterPerson?: components["schemas"]["PersonId"];
                    engineer?: components["schemas"]["EngineerPatch"];
                    appointment?: components["schemas"]["AppointmentPatch"];
                    result?: components["schemas"]["OptionalText"];
                    custom?: components["schemas"]["CustomPatch"];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["VersionTag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketChange"];
                };
            };
            204: components["responses"]["ChangedBriefly"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    closeTicket: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    status?: components["schemas"]["TicketStatusName"];
                    reason?: components["schemas"]["Reason"];
                    result?: components["schemas"]["OptionalText"];
                    closeTasks?: boolean;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["VersionTag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketChange"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    addTicketMessage: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message: components["schemas"]["Text"];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["VersionTag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketChange"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    reopenTicket: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    status?: components["schemas"]["TicketStatusName"];
                    reason?: components["schemas"]["Reason"];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["VersionTag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "X-Crossdesk-Event": components["headers"]["CrossdeskEvent"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketChange"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listTicketEvents: {
        parameters: {
            query?: {
                after?: number;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        next: number | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                Prefer?: components["parameters"]["prefer"];
            };
            path: {
                ticketId: components["parameters"]["ticketId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    number?: components["schemas"]["NewNumber"];
                    group: components["schemas"]["GroupName"];
                    subject: components["schemas"]["Subject"];
                    description?: components["schemas"]["OptionalText"];
                    priority?: components["schemas"]["Priority"];
                    custom?: components["schemas"]["CustomFields"];
                };
            };
        };
        responses: {
            201: components["responses"]["TaskChanged"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listTicketStatuses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ticketStatuses: components["schemas"]["TicketStatus"][];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listGroups: {
        parameters: {
            query?: {
                after?: components["schemas"]["SiteName"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        groups: components["schemas"]["Group"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: components["parameters"]["group"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    putGroup: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                group: components["parameters"]["group"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    removeGroup: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                group: components["parameters"]["group"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    changeGroup: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                group: components["parameters"]["group"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["GroupPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listPersons: {
        parameters: {
            query?: {
                email?: string;
                after?: components["schemas"]["SiteName"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        persons: components["schemas"]["Person"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: components["parameters"]["person"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    putPerson: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                person: components["parameters"]["person"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                person: components["parameters"]["person"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    changePerson: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                person: components["parameters"]["person"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["PersonPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                after?: components["parameters"]["feedAfter"];
                cursor?: components["parameters"]["feedCursor"];
                oldest?: components["parameters"]["feedOldest"];
                limit?: number;
                wait?: number;
                type?: components["parameters"]["feedType"];
                direction?: components["parameters"]["feedDirection"];
                provider?: components["parameters"]["feedProvider"];
                task?: components["parameters"]["feedTask"];
                test?: components["parameters"]["feedTest"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Crossdesk-Next"?: string;
                    "Crossdesk-Head"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        next: number;
                        head: number;
                        oldest: number;
                    };
                    "application/cloudevents-batch+json": components["schemas"]["Event"][];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                after?: components["parameters"]["feedAfter"];
                cursor?: components["parameters"]["feedCursor"];
                oldest?: components["parameters"]["feedOldest"];
                type?: components["parameters"]["feedType"];
                direction?: components["parameters"]["feedDirection"];
                provider?: components["parameters"]["feedProvider"];
                task?: components["parameters"]["feedTask"];
                test?: components["parameters"]["feedTest"];
            };
            header?: {
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "X-Accel-Buffering": components["headers"]["AccelBuffering"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: components["schemas"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                    "application/cloudevents+json": components["schemas"]["Event"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listCursors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cursors: components["schemas"]["Cursor"][];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getCursor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cursor: components["schemas"]["CursorName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["CursorAfter"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    moveCursor: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                cursor: components["schemas"]["CursorName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    position: components["schemas"]["Position"];
                    from?: number | null;
                };
            };
        };
        responses: {
            200: components["responses"]["CursorAfter"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: components["responses"]["Gone"];
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    removeCursor: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                cursor: components["schemas"]["CursorName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["CursorAfter"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alerts: components["schemas"]["Alert"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getSite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: number;
                        providers: {
                            [key: string]: unknown;
                        }[];
                        groups: {
                            [key: string]: unknown;
                        }[];
                        credentials: {
                            [key: string]: unknown;
                        }[];
                        mailboxes: {
                            [key: string]: unknown;
                        }[];
                        issuers: components["schemas"]["Issuer"][];
                        systems: components["schemas"]["System"][];
                        mappings: components["schemas"]["Mapping"][];
                        alerts: components["schemas"]["Alerts"];
                        ticketStatuses: components["schemas"]["TicketStatus"][];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    applySite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteDocument"];
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changes: {
                            /** @enum {string} */
                            kind: "providers" | "groups" | "credentials" | "mailboxes" | "systems" | "mappings" | "alerts" | "ticketStatuses" | "persons" | "issuers";
                            name: string;
                            /** @enum {string} */
                            change: "created" | "changed" | "removed";
                            secret?: string;
                            secrets?: {
                                [key: string]: string;
                            };
                            warnings?: string[];
                        }[];
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listCredentials: {
        parameters: {
            query?: {
                provider?: components["schemas"]["SiteName"];
                after?: components["schemas"]["SiteName"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        credentials: components["schemas"]["Credential"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    createCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCredential"];
            };
        };
        responses: {
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        credential: components["schemas"]["Credential"];
                        secret: string | null;
                        warnings: string[];
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credentialId: components["parameters"]["credentialId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    deleteCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credentialId: components["parameters"]["credentialId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    rotateCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credentialId: components["parameters"]["credentialId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    previousEndsAt?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        credential: components["schemas"]["Credential"];
                        secret: string;
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                who?: string;
                kind?: string;
                name?: string;
                since?: components["schemas"]["GivenTime"];
                until?: components["schemas"]["GivenTime"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    importRecords: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tickets?: components["schemas"]["TicketRecord"][];
                    tasks?: components["schemas"]["TaskRecord"][];
                    update?: boolean;
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            /** @enum {string} */
                            kind: "ticket" | "task";
                            number: string;
                            /** @enum {string} */
                            result: "imported" | "unchanged" | "refused";
                            code: string | null;
                            detail: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listRecords: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                open?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        records: (components["schemas"]["TicketRecord"] | components["schemas"]["TaskRecord"])[];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listMailboxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mailboxes: components["schemas"]["MailboxState"][];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listMailAnswers: {
        parameters: {
            query?: {
                state?: components["schemas"]["MailAnswerState"];
                recipient?: components["schemas"]["MailSender"];
                from?: components["schemas"]["GivenTime"];
                until?: components["schemas"]["GivenTime"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                mailbox: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        answers: components["schemas"]["MailAnswer"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    receiveMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "message/rfc822": string;
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        outcome: "applied" | "repeated" | "quarantined" | "noise";
                        events: components["schemas"]["EventId"][];
                        reason?: string | null;
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listQueues: {
        parameters: {
            query?: {
                by?: "system" | "task";
                system?: components["schemas"]["SiteName"];
                status?: components["schemas"]["QueueStatus"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        queues: components["schemas"]["Queue"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    holdQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: components["schemas"]["Comment"];
                    from?: components["schemas"]["GivenTime"];
                    until?: components["schemas"]["GivenTime"];
                };
            };
        };
        responses: {
            200: components["responses"]["QueueAfter"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    releaseQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["QueueAfter"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    retryQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    task?: components["schemas"]["GivenNumber"];
                    since?: components["schemas"]["GivenTime"];
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            200: components["responses"]["Counted"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    acknowledgeQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                system: components["parameters"]["system"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: components["schemas"]["Comment"];
                    task?: components["schemas"]["GivenNumber"];
                };
            };
        };
        responses: {
            200: components["responses"]["Counted"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    retryAll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    since: components["schemas"]["GivenTime"];
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                        dryRun: boolean;
                        systems: {
                            system: string;
                            count: number;
                        }[];
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                status?: components["schemas"]["DeliveryStatus"];
                system?: components["schemas"]["SiteName"];
                mapping?: components["schemas"]["SiteName"];
                task?: components["schemas"]["GivenNumber"];
                reference?: string;
                from?: components["schemas"]["GivenTime"];
                until?: components["schemas"]["GivenTime"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: components["schemas"]["Delivery"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: components["parameters"]["deliveryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    retryDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: components["parameters"]["deliveryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["DeliveryAfter"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    acknowledgeDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: components["parameters"]["deliveryId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: components["schemas"]["Comment"];
                };
            };
        };
        responses: {
            200: components["responses"]["DeliveryAfter"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listMessages: {
        parameters: {
            query?: {
                q?: string;
                kind?: "refused" | "quarantined";
                state?: components["schemas"]["MessageState"];
                provider?: components["schemas"]["SiteName"];
                code?: components["schemas"]["ReasonCode"];
                sender?: components["schemas"]["MailSender"];
                after?: string;
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tasks: string[];
                        messages: components["schemas"]["Message"][];
                        next: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    dismissMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: components["schemas"]["Comment"];
                    messages?: string[];
                    fitting?: {
                        /** @enum {string} */
                        kind?: "refused" | "quarantined";
                        code?: components["schemas"]["ReasonCode"];
                        provider?: components["schemas"]["SiteName"];
                        sender?: components["schemas"]["MailSender"];
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        dismissed: number;
                        left: {
                            id: string;
                            code: string;
                        }[];
                        more: boolean;
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageDetail"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getMessageRaw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    getMessageMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailLook"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    runMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    task?: components["schemas"]["GivenNumber"];
                    provider?: components["schemas"]["SiteName"];
                    /**
                     * @default commands
                     * @enum {string}
                     */
                    as?: "commands" | "message" | "internal" | "ticket";
                    text?: string;
                    tags?: {
                        [key: string]: string;
                    };
                    comment?: components["schemas"]["Comment"];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        outcome: "done" | "repeated" | "refused";
                        code: string | null;
                        detail: string | null;
                        message: components["schemas"]["Message"];
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    dismissMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: components["parameters"]["messageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: components["schemas"]["Comment"];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    testMapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mapping: components["schemas"]["SiteName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    task?: components["schemas"]["GivenNumber"];
                    ticket?: components["schemas"]["GivenNumber"];
                    event?: string;
                    sendTo?: {
                        url?: string;
                        email?: string;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event: {
                            id: components["schemas"]["EventId"];
                            type: string;
                            time: components["schemas"]["Time"];
                        };
                        task: string | null;
                        ticket: string | null;
                        triggered: boolean;
                        /** @enum {string} */
                        result: "request" | "nothing" | "unmade";
                        code: string | null;
                        message: string | null;
                        request: string | null;
                        ms: number;
                        sent: {
                            /** @enum {string} */
                            class: "done" | "transient" | "ambiguous" | "permanent" | "gone";
                            code: string;
                            detail: string | null;
                            request: string;
                            answer: string | null;
                            ms: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["Unknown"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
    listAppFields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["Tag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fields: {
                            app: string;
                            field: string;
                            /** @enum {string} */
                            type: "text" | "number" | "dateTime" | "boolean";
                            placeholder: string;
                            path: string;
                            example: string;
                            description: string;
                        }[];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Busy"];
        };
    };
}
