// Calls the service with the stubs that Axis 1.4 makes of the served WSDL and prints what it saw as JSON.
// Arguments: address of the WSDL, user, password, task, SOAP version (1.1: of the WSDL, Axis 1.4 knows no other).
import java.net.URL;
import java.util.Calendar;
import java.util.TimeZone;
import javax.xml.rpc.Stub;
import org.apache.axis.AxisFault;
import org.tempuri.WorkflowServiceLocator;
import org.tempuri.WorkflowServiceSoap;

public class Client {
  static String address, user, password, task;

  static WorkflowServiceSoap service(String secret) throws Exception {
    WorkflowServiceSoap port = new WorkflowServiceLocator().getWorkflowServiceSoap(new URL(address));
    ((Stub) port)._setProperty(Stub.USERNAME_PROPERTY, user);
    ((Stub) port)._setProperty(Stub.PASSWORD_PROPERTY, secret);
    return port;
  }

  static String acknowledge(String secret) throws Exception {
    return service(secret).processInstanceTaskExternalAcknowledgement(task, "INC-\u00c41", "On our way <soon> & safe");
  }

  static String json(String name, String text) {
    return "\"" + name + "\":\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\s", " ") + "\"";
  }

  static String refused() throws Exception {
    try {
      return json("code", service(password).processInstanceTaskExternalUpdateMessage("NO-SUCH-TASK", null, "x"));
    } catch (AxisFault fault) {
      return json("code", fault.getFaultCode().getLocalPart()) + "," + json("text", fault.getFaultString());
    }
  }

  static String denied() throws Exception {
    try {
      return "let in: " + acknowledge("not " + password);
    } catch (AxisFault fault) {
      return fault.getFaultString();
    }
  }

  public static void main(String[] arguments) throws Exception {
    address = arguments[0].replaceFirst("\\?.*", "");
    user = arguments[1];
    password = arguments[2];
    task = arguments[3];
    Calendar noon = Calendar.getInstance(TimeZone.getTimeZone("GMT+02:00"));
    noon.clear();
    noon.set(2026, Calendar.JULY, 1, 12, 0, 0);
    String update = "Line 1\nLine 2 \ud83d\ude00";
    System.out.println("{" + String.join(",",
        json("acknowledgement", acknowledge(password)),
        json("repeated", acknowledge(password)),
        json("update", service(password).processInstanceTaskExternalUpdateMessage(task, "INC-\u00c41", update)),
        json("reassignment", service(password).processInstanceTaskExternalReassignment(
            task, "INC-\u00c41", "Fuse replaced", noon, false)),
        "\"fault\":{" + refused() + "}",
        json("denied", denied())) + "}");
  }
}
