<?php
// Sends a file with PHP's SoapClient, twice, and prints the ids it got as JSON.
// Arguments: address of the WSDL, user, password, task, file, SOAP version (1.1 or 1.2).
[, $wsdl, $user, $password, $task, $file, $version] = $argv;
$client = new SoapClient($wsdl, [
    'login' => $user,
    'password' => $password,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
]);
$attach = fn (): string => $client->ProcessInstanceTaskExternalAttachment([
    'taskId' => $task,
    'externalReference' => 'INC-1',
    'fileName' => 'Prüfung 1.bin',
    'contentType' => 'application/x-check',
    // SoapClient writes a base64Binary of the bytes by itself.
    'content' => file_get_contents($file),
])->ProcessInstanceTaskExternalAttachmentResult;
echo json_encode([$attach(), $attach()]), "\n";
