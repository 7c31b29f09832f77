<?php
// A partner made with PHP's own SoapServer: one request on standard input, its answer on standard output.
// Arguments: the WSDL, the password of user "desk" (empty for none asked).
[, $wsdl, $password] = $argv;
class Partner
{
    private array $seen = [];
    private bool $known;

    public function __construct(private string $password)
    {
        $this->known = $password === '';
    }

    /** Called for the header block wsse:Security, which has to be understood. */
    public function Security($block): void
    {
        $xml = simplexml_load_string($GLOBALS['request']);
        $one = function (string $name) use ($xml): string {
            return (string) ($xml->xpath("//*[local-name()='$name']")[0] ?? '');
        };
        $created = (string) $xml->xpath("//*[local-name()='UsernameToken']/*[local-name()='Created']")[0];
        $digest = base64_encode(sha1(base64_decode($one('Nonce')) . $created . $this->password, true));
        $this->known = $one('Username') === 'desk' && in_array($one('Password'), [$digest, $this->password], true);
    }

    public function MessageID($id): void
    {
        $this->seen['id'] = $id;
    }

    public function Create($parameters): array
    {
        if (!$this->known) {
            throw new SoapFault('Client', 'Who are you?');
        }
        return ['CreateResult' => json_encode(['seen' => $this->seen, 'parameters' => $parameters])];
    }

    public function open($subject, $urgency, $place): string
    {
        return json_encode([$subject, $urgency, $place]);
    }
}
$request = stream_get_contents(STDIN);
$server = new SoapServer($wsdl, ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setObject(new Partner($password));
$server->handle($request);
