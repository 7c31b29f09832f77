<?php
// Calls UpdateMessage with PHP's SoapClient and a UsernameToken in a SoapHeader made by hand, as PHP has no WS-Security of its own.
// Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2), text or digest. Prints what it saw as JSON.
[, $wsdl, $user, $password, $task, $version, $kind] = $argv;
$client = new SoapClient($wsdl, [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'exceptions' => true,
]);
$oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
$namespace = "$oasis-wssecurity-secext-1.0.xsd";
$profile = "$oasis-username-token-profile-1.0";
$nonce = random_bytes(16);
$created = gmdate('Y-m-d\TH:i:s\Z');
$digest = base64_encode(sha1($nonce . $created . $password, true));
$shown = $kind === 'digest' ? $digest : htmlspecialchars($password);
$type = $kind === 'digest' ? 'PasswordDigest' : 'PasswordText';
$block = "<o:Security SOAP-ENV:mustUnderstand=\"1\" xmlns:o=\"$namespace\" xmlns:u=\"$oasis-wssecurity-utility-1.0.xsd\"
    xmlns:SOAP-ENV=\"" . ($version === '1.2' ? 'http://www.w3.org/2003/05/soap-envelope' : 'http://schemas.xmlsoap.org/soap/envelope/') . "\">
  <o:UsernameToken>
    <o:Username>$user</o:Username>
    <o:Password Type=\"$profile#$type\">$shown</o:Password>
    <o:Nonce EncodingType=\"$oasis-soap-message-security-1.0#Base64Binary\">" . base64_encode($nonce) . "</o:Nonce>
    <u:Created>$created</u:Created>
  </o:UsernameToken>
</o:Security>";
$client->__setSoapHeaders(new SoapHeader($namespace, 'Security', new SoapVar($block, XSD_ANYXML), true));
try {
    $answer = $client->ProcessInstanceTaskExternalUpdateMessage(['taskId' => $task, 'externalReference' => null, 'message' => 'from PHP']);
    $seen = ['event' => $answer->ProcessInstanceTaskExternalUpdateMessageResult];
} catch (SoapFault $fault) {
    $seen = ['fault' => $fault->faultstring];
}
echo json_encode($seen), "\n";
