<?php
// Calls the service with PHP's own SoapClient through the served WSDL and prints what it saw as JSON.
// Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2).
[, $wsdl, $user, $password, $task, $version] = $argv;
$service = fn (string $secret): SoapClient => new SoapClient($wsdl, [
    'login' => $user,
    'password' => $secret,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'exceptions' => true,
]);
$client = $service($password);
$prefix = 'ProcessInstanceTaskExternal';
$call = function (string $operation, array $arguments) use ($client, $prefix): string {
    return $client->{$prefix . $operation}($arguments)->{$prefix . $operation . 'Result'};
};
$acknowledgement = ['taskId' => $task, 'externalReference' => 'INC-Ä1', 'message' => 'On our way <soon> & safe'];
$seen = [
    'acknowledgement' => $call('Acknowledgement', $acknowledgement),
    'repeated' => $call('Acknowledgement', $acknowledgement),
    'update' => $call('UpdateMessage', ['taskId' => $task, 'externalReference' => 'INC-Ä1', 'message' => "Line 1\nLine 2 😀"]),
    'reassignment' => $call('Reassignment', [
        'taskId' => $task,
        'externalReference' => 'INC-Ä1',
        'solution' => 'Fuse replaced',
        'resolvedAt' => '2026-07-01T12:00:00+02:00',
        'closed' => false,
    ]),
];
try {
    $call('UpdateMessage', ['taskId' => 'NO-SUCH-TASK', 'externalReference' => null, 'message' => 'x']);
} catch (SoapFault $fault) {
    $seen['fault'] = ['code' => $fault->faultcode, 'text' => $fault->faultstring];
}
try {
    $service("not $password")->{$prefix . 'Acknowledgement'}($acknowledgement);
} catch (SoapFault $fault) {
    $seen['denied'] = $fault->faultstring;
}
echo json_encode($seen), "\n";
