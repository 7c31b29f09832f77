# Calls the service with SOAP::Lite, which is told the contract by hand as its users do, and prints what it saw as JSON.
# Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2).
use strict;
use warnings;
use utf8;
use JSON::PP;
use SOAP::Lite;

my ($wsdl, $user, $password, $task, $version) = @ARGV;
my $prefix = 'ProcessInstanceTaskExternal';
my $secret = $password;

# How SOAP::Lite asks for the credentials once it was answered 401.
sub SOAP::Transport::HTTP::Client::get_basic_credentials { return ($user, $secret) }

sub service {
    my $soap = SOAP::Lite->soapversion($version)->proxy($wsdl =~ s/\?.*//r)->default_ns('http://tempuri.org/')
        ->on_action(sub { join '', @_ })->on_fault(sub { });
    return $soap;
}

sub answer {
    my ($operation, @pairs) = @_;
    my @data;
    while (my ($name, $value, $type) = splice @pairs, 0, 2) {
        push @data, SOAP::Data->name($name)->type($name eq 'resolvedAt' ? 'dateTime' : $name eq 'closed' ? 'boolean' : 'string')->value($value);
    }
    return service()->call($prefix . $operation, @data);
}

sub call { return answer(@_)->result }

my @acknowledgement = ('Acknowledgement', taskId => $task, externalReference => 'INC-Ä1', message => 'On our way <soon> & safe');
my %seen = (
    acknowledgement => call(@acknowledgement),
    repeated => call(@acknowledgement),
    update => call('UpdateMessage', taskId => $task, externalReference => 'INC-Ä1', message => "Line 1\nLine 2 😀"),
    reassignment => call('Reassignment',
        taskId => $task,
        externalReference => 'INC-Ä1',
        solution => 'Fuse replaced',
        resolvedAt => '2026-07-01T12:00:00+02:00',
        closed => 'false'),
);
my $refused = answer('UpdateMessage', taskId => 'NO-SUCH-TASK', message => 'x');
# Its own accessors know the faults of SOAP 1.1 only.
$seen{fault} = {
    code => $refused->faultcode // $refused->valueof('//Fault/Code/Value'),
    text => $refused->faultstring // $refused->valueof('//Fault/Reason/Text'),
};
$secret = "not $password";
my $denied = answer(@acknowledgement);
$seen{denied} = ref $denied ? $denied->faultstring // $denied->valueof('//Fault/Reason/Text') : 'no answer';
print JSON::PP->new->ascii->encode(\%seen), "\n";
