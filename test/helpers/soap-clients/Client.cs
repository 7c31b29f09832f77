// Calls the service with a proxy class as wsdl.exe of .NET 2.0 makes it, and with the channels of WCF (basicHttpBinding), on Mono.
// Arguments: address of the WSDL, user, password, task, how to call (SOAP 1.1 or 1.2, or wcf).
using System;
using System.Net;
using System.ServiceModel;
using System.Web.Services;
using System.Web.Services.Description;
using System.Web.Services.Protocols;
using System.Xml.Serialization;

[WebServiceBinding(Name = "WorkflowServiceSoap", Namespace = "http://tempuri.org/")]
public class WorkflowService : SoapHttpClientProtocol {
  const string Ns = "http://tempuri.org/";

  [SoapDocumentMethod(Ns + "ProcessInstanceTaskExternalAcknowledgement", RequestNamespace = Ns, ResponseNamespace = Ns,
      Use = SoapBindingUse.Literal, ParameterStyle = SoapParameterStyle.Wrapped)]
  public string ProcessInstanceTaskExternalAcknowledgement(string taskId, string externalReference, string message) {
    return (string) Invoke("ProcessInstanceTaskExternalAcknowledgement", new object[] { taskId, externalReference, message })[0];
  }

  [SoapDocumentMethod(Ns + "ProcessInstanceTaskExternalUpdateMessage", RequestNamespace = Ns, ResponseNamespace = Ns,
      Use = SoapBindingUse.Literal, ParameterStyle = SoapParameterStyle.Wrapped)]
  public string ProcessInstanceTaskExternalUpdateMessage(string taskId, string externalReference, string message) {
    return (string) Invoke("ProcessInstanceTaskExternalUpdateMessage", new object[] { taskId, externalReference, message })[0];
  }

  [SoapDocumentMethod(Ns + "ProcessInstanceTaskExternalReassignment", RequestNamespace = Ns, ResponseNamespace = Ns,
      Use = SoapBindingUse.Literal, ParameterStyle = SoapParameterStyle.Wrapped)]
  public string ProcessInstanceTaskExternalReassignment(
      string taskId, string externalReference, string solution, DateTime resolvedAt, bool closed) {
    object[] values = { taskId, externalReference, solution, resolvedAt, closed };
    return (string) Invoke("ProcessInstanceTaskExternalReassignment", values)[0];
  }
}

[ServiceContract(Namespace = "http://tempuri.org/", Name = "WorkflowServiceSoap")]
public interface IWorkflowService {
  [OperationContract(Action = "http://tempuri.org/ProcessInstanceTaskExternalAcknowledgement", ReplyAction = "*")]
  string ProcessInstanceTaskExternalAcknowledgement(string taskId, string externalReference, string message);

  [OperationContract(Action = "http://tempuri.org/ProcessInstanceTaskExternalUpdateMessage", ReplyAction = "*")]
  string ProcessInstanceTaskExternalUpdateMessage(string taskId, string externalReference, string message);

  [OperationContract(Action = "http://tempuri.org/ProcessInstanceTaskExternalReassignment", ReplyAction = "*")]
  string ProcessInstanceTaskExternalReassignment(
      string taskId, string externalReference, string solution, DateTime resolvedAt, bool closed);
}

/// The proxy behind the interface of the channels, so that both are called by the same lines.
public class ProxyCaller : IWorkflowService {
  readonly WorkflowService proxy;
  public ProxyCaller(WorkflowService proxy) { this.proxy = proxy; }
  public string ProcessInstanceTaskExternalAcknowledgement(string taskId, string externalReference, string message) {
    return proxy.ProcessInstanceTaskExternalAcknowledgement(taskId, externalReference, message);
  }
  public string ProcessInstanceTaskExternalUpdateMessage(string taskId, string externalReference, string message) {
    return proxy.ProcessInstanceTaskExternalUpdateMessage(taskId, externalReference, message);
  }
  public string ProcessInstanceTaskExternalReassignment(
      string taskId, string externalReference, string solution, DateTime resolvedAt, bool closed) {
    return proxy.ProcessInstanceTaskExternalReassignment(taskId, externalReference, solution, resolvedAt, closed);
  }
}

public static class Client {
  static string address, user, password, version;

  static IWorkflowService Service(string secret) {
    if (version != "wcf") {
      return new ProxyCaller(new WorkflowService {
        Url = address,
        Credentials = new NetworkCredential(user, secret),
        SoapVersion = version == "1.2" ? SoapProtocolVersion.Soap12 : SoapProtocolVersion.Soap11,
      });
    }
    var binding = new BasicHttpBinding(BasicHttpSecurityMode.TransportCredentialOnly);
    binding.Security.Transport.ClientCredentialType = HttpClientCredentialType.Basic;
    binding.UseDefaultWebProxy = false;
    var factory = new ChannelFactory<IWorkflowService>(binding, new EndpointAddress(address));
    factory.Credentials.UserName.UserName = user;
    factory.Credentials.UserName.Password = secret;
    return factory.CreateChannel();
  }

  static string Json(string name, string text) {
    text = text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\r", " ").Replace("\n", " ");
    return "\"" + name + "\":\"" + text + "\"";
  }

  static string Refused() {
    try {
      return Json("code", Service(password).ProcessInstanceTaskExternalUpdateMessage("NO-SUCH-TASK", null, "x"));
    } catch (SoapException fault) {
      return Json("code", fault.Code.Name) + "," + Json("text", fault.Message);
    } catch (FaultException fault) {
      return Json("code", fault.Code.Name) + "," + Json("text", fault.Message);
    }
  }

  static string Denied(string task) {
    try {
      return "let in: " + Service("not " + password).ProcessInstanceTaskExternalAcknowledgement(task, "INC-\u00c41", "x");
    } catch (WebException error) {
      // The text of the message is not among Mono's resources.
      return ((int) ((HttpWebResponse) error.Response).StatusCode).ToString();
    } catch (Exception error) {
      return error.Message;
    }
  }

  public static void Main(string[] arguments) {
    address = arguments[0].Split('?')[0];
    user = arguments[1];
    password = arguments[2];
    string task = arguments[3];
    version = arguments[4];
    var noon = new DateTime(2026, 7, 1, 10, 0, 0, DateTimeKind.Utc);
    Func<string> acknowledge = () =>
        Service(password).ProcessInstanceTaskExternalAcknowledgement(task, "INC-\u00c41", "On our way <soon> & safe");
    Console.WriteLine("{" + string.Join(",",
        Json("acknowledgement", acknowledge()),
        Json("repeated", acknowledge()),
        Json("update", Service(password).ProcessInstanceTaskExternalUpdateMessage(task, "INC-\u00c41", "Line 1\nLine 2 \ud83d\ude00")),
        Json("reassignment", Service(password).ProcessInstanceTaskExternalReassignment(
            task, "INC-\u00c41", "Fuse replaced", noon, false)),
        "\"fault\":{" + Refused() + "}",
        Json("denied", Denied(task))) + "}");
  }
}
